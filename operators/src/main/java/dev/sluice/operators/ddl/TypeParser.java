package dev.sluice.operators.ddl;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Collations;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DayTimeIntervalType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.data.TimeType;
import dev.sluice.operators.data.YearMonthIntervalType;
import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.diagnostics.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads Spark's types as text: {@code decimal(10,2)}, {@code array<struct<a: int>>}, and DDL
 * schemas such as {@code a INT NOT NULL, b STRING}. Case does not matter.
 */
public final class TypeParser {
  private final Tokens tokens;

  public TypeParser(Tokens tokens) {
    this.tokens = tokens;
  }

  /** One type. Throws {@link SqlSyntaxException}. */
  public static DataType parseType(String text) {
    Tokens tokens = new Tokens(text);
    DataType type = new TypeParser(tokens).type();
    tokens.expectEnd();
    return type;
  }

  /**
   * The columns of a DDL string; {@code struct<...>} is read as its fields. Throws {@link
   * SqlSyntaxException}.
   */
  public static Schema parseSchema(String ddl) {
    Tokens tokens = new Tokens(ddl);
    if (tokens.atWord("STRUCT") && tokens.peek(1).isSymbol("<")) {
      StructType struct = (StructType) new TypeParser(tokens).type();
      tokens.expectEnd();
      return new Schema(struct.fields());
    }
    if (tokens.peek().kind() == Token.Kind.END) {
      return Schema.EMPTY;
    }
    List<Field> fields = new TypeParser(tokens).fields();
    tokens.expectEnd();
    return new Schema(fields);
  }

  /** One type of the pipeline file; a mistake becomes a problem ({@code bad-type}) at its place. */
  public static Optional<DataType> parseType(Node.Text text, Problems problems) {
    try {
      return Optional.of(parseType(text.value()));
    } catch (SqlSyntaxException e) {
      problems.error(
          "bad-type", text.at(e.offset()), String.valueOf(e.getMessage()), quoting(text.value()));
      return Optional.empty();
    }
  }

  /** In a flow mapping a comma ends the value: {@code {a: decimal(6,2)}}. */
  private static @Nullable String quoting(String type) {
    boolean cut =
        type.chars().filter(c -> c == '(' || c == '<').count()
            > type.chars().filter(c -> c == ')' || c == '>').count();
    return cut ? "inside { } a type with a comma needs quotes: 'decimal(6,2)'" : null;
  }

  /**
   * A DDL schema of the pipeline file; a mistake becomes a problem ({@code bad-schema}) at its
   * place.
   */
  public static Optional<Schema> parseSchema(Node.Text text, Problems problems) {
    try {
      return Optional.of(parseSchema(text.value()));
    } catch (SqlSyntaxException e) {
      problems.error("bad-schema", text.at(e.offset()), String.valueOf(e.getMessage()), null);
      return Optional.empty();
    }
  }

  /** The names of types as {@code TypeParser} knows them, for suggestions. */
  public static List<String> typeNames() {
    return List.of(
        "boolean",
        "tinyint",
        "smallint",
        "int",
        "bigint",
        "float",
        "double",
        "decimal",
        "string",
        "binary",
        "date",
        "timestamp",
        "timestamp_ntz",
        "timestamp_ltz",
        "time",
        "array",
        "map",
        "struct",
        "interval",
        "void",
        "variant",
        "char",
        "varchar");
  }

  private List<Field> fields() {
    List<Field> fields = new ArrayList<>();
    do {
      fields.add(field());
    } while (tokens.skipSymbol(","));
    return fields;
  }

  private Field field() {
    String name = tokens.expectName("a column name").text();
    tokens.skipSymbol(":");
    DataType type = type();
    boolean nullable = true;
    if (tokens.skipWord("NOT")) {
      tokens.expectWord("NULL");
      nullable = false;
    }
    if (tokens.skipWord("COMMENT") && tokens.next().kind() != Token.Kind.STRING) {
      throw SqlSyntaxException.unexpected(tokens.last(), "the text of the comment");
    }
    return new Field(name, type, nullable);
  }

  /** The type at the position; the tokens after it are left. */
  public DataType type() {
    tokens.enter();
    Token token = tokens.expectName("a type");
    DataType type =
        switch (token.text().toLowerCase(Locale.ROOT)) {
          case "array" -> array(token);
          case "map" -> map(token);
          case "struct" -> struct(token);
          case "decimal", "dec", "numeric" -> decimal();
          case "interval" -> interval();
          case "char", "character", "varchar" -> sized(token);
          case "timestamp" -> timestamp();
          case "time" -> time();
          case "string" -> string();
          default -> {
            DataType atomic = atomic(token.text());
            if (atomic == null) {
              throw new SqlSyntaxException(
                  "UNSUPPORTED_DATATYPE",
                  token.offset(),
                  "'"
                      + token.text()
                      + "' is no type; "
                      + otherName(token.text())
                          .map(name -> "it is called '" + name + "'")
                          .orElseGet(() -> Names.suggestion(token.text(), typeNames())));
            }
            yield atomic;
          }
        };
    tokens.leave();
    return type;
  }

  /** What other systems call a type. */
  private static Optional<String> otherName(String name) {
    return Optional.ofNullable(
        switch (name.toLowerCase(Locale.ROOT)) {
          case "int64", "integer64", "uint32" -> "bigint";
          case "int32" -> "int";
          case "int16" -> "smallint";
          case "int8" -> "tinyint";
          case "float32" -> "float";
          case "float64", "number" -> "double";
          case "datetime", "timestamptz" -> "timestamp";
          case "text", "str", "json", "uuid" -> "string";
          case "bytes", "blob", "bytea" -> "binary";
          case "list" -> "array<string>";
          case "object", "dict" -> "struct<name: type>";
          case "null" -> "void";
          default -> null;
        });
  }

  /**
   * The type that a function of this lower-case name casts to: {@code int(x)} is {@code CAST(x AS
   * INT)}. Not all names of types are such functions.
   */
  public static Optional<DataType> ofCast(String name) {
    return switch (name) {
      case "boolean",
          "tinyint",
          "smallint",
          "int",
          "bigint",
          "float",
          "double",
          "string",
          "binary",
          "date",
          "timestamp" ->
          Optional.ofNullable(atomic(name));
      case "decimal" -> Optional.of(DecimalType.DEFAULT);
      default -> Optional.empty();
    };
  }

  /** The type of that name if it is one without parameters. */
  public static @Nullable DataType atomic(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "boolean" -> AtomicType.BOOLEAN;
      case "tinyint", "byte" -> AtomicType.TINYINT;
      case "smallint", "short" -> AtomicType.SMALLINT;
      case "int", "integer" -> AtomicType.INT;
      case "bigint", "long" -> AtomicType.BIGINT;
      case "float", "real" -> AtomicType.FLOAT;
      case "double" -> AtomicType.DOUBLE;
      case "string" -> AtomicType.STRING;
      case "binary" -> AtomicType.BINARY;
      case "date" -> AtomicType.DATE;
      case "timestamp", "timestamp_ltz" -> AtomicType.TIMESTAMP;
      case "timestamp_ntz" -> AtomicType.TIMESTAMP_NTZ;
      case "void" -> AtomicType.NULL;
      case "variant" -> AtomicType.VARIANT;
      default -> null;
    };
  }

  private DataType timestamp() {
    return withoutTimeZone() ? AtomicType.TIMESTAMP_NTZ : AtomicType.TIMESTAMP;
  }

  private boolean withoutTimeZone() {
    if (tokens.atWord("WITHOUT")
        && tokens.peek(1).isWord("TIME")
        && tokens.peek(2).isWord("ZONE")) {
      tokens.next();
      tokens.next();
      tokens.next();
      return true;
    }
    return false;
  }

  private DataType time() {
    TimeType type = TimeType.DEFAULT;
    if (tokens.atSymbol("(")) {
      Token open = tokens.next();
      int precision = size(open);
      if (precision < 0 || precision > TimeType.MAX_PRECISION) {
        throw new SqlSyntaxException(
            "UNSUPPORTED_TIME_PRECISION",
            open.offset(),
            "a TIME has 0 to 6 digits of a second, not " + precision);
      }
      tokens.expectSymbol(")");
      type = new TimeType(precision);
    }
    withoutTimeZone();
    return type;
  }

  private DataType string() {
    return tokens.skipWord("COLLATE") ? Collations.type(collation(tokens)) : AtomicType.STRING;
  }

  /** The canonical name of the collation that is named at the position. */
  static String collation(Tokens tokens) {
    Token first = tokens.expectName("a collation");
    String name = first.text();
    while (tokens.skipSymbol(".")) {
      name += "." + tokens.expectName("a collation").text();
    }
    String written = Collations.withoutCatalog(name);
    return Collations.canonical(written)
        .orElseThrow(
            () ->
                new SqlSyntaxException(
                    "COLLATION_INVALID_NAME",
                    first.offset(),
                    "unknown collation '" + written + "'; " + Collations.suggestion(written)));
  }

  /** Outside tables, CHAR and VARCHAR are strings. */
  private DataType sized(Token name) {
    tokens.expectSymbol("(");
    int length = size(name);
    if (length < 1) {
      throw new SqlSyntaxException(
          "PARSE_SYNTAX_ERROR", name.offset(), "a length of at least 1 is expected");
    }
    tokens.expectSymbol(")");
    return AtomicType.STRING;
  }

  private DataType decimal() {
    if (!tokens.atSymbol("(")) {
      return DecimalType.DEFAULT;
    }
    Token open = tokens.next();
    int precision = size(open);
    int scale = 0;
    if (tokens.skipSymbol(",")) {
      scale = size(open);
    }
    tokens.expectSymbol(")");
    if (precision > DecimalType.MAX_PRECISION) {
      throw new SqlSyntaxException(
          "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION",
          open.offset(),
          "a decimal has at most " + DecimalType.MAX_PRECISION + " digits, not " + precision);
    }
    if (precision < 1 || scale > precision) {
      throw new SqlSyntaxException(
          "DECIMAL_SCALE_EXCEEDS_PRECISION",
          open.offset(),
          "decimal(" + precision + "," + scale + ") has more digits after the point than digits");
    }
    return new DecimalType(precision, scale);
  }

  private int size(Token at) {
    Token number = tokens.next();
    if (number.kind() == Token.Kind.STRING) {
      throw SqlSyntaxException.unexpected(number, "a whole number");
    }
    try {
      return Integer.parseInt(number.text());
    } catch (NumberFormatException e) {
      throw SqlSyntaxException.unexpected(
          number.kind() == Token.Kind.END ? at : number, "a whole number");
    }
  }

  private DataType array(Token word) {
    requireAngle(word, "array<int>");
    DataType element = type();
    tokens.expectClosingAngle();
    return new ArrayType(element);
  }

  private DataType map(Token word) {
    requireAngle(word, "map<string, int>");
    DataType key = type();
    tokens.expectSymbol(",");
    DataType value = type();
    tokens.expectClosingAngle();
    return new MapType(key, value);
  }

  private DataType struct(Token word) {
    if (tokens.skipSymbol("<>")) {
      return new StructType(List.of());
    }
    requireAngle(word, "struct<a: int>");
    if (tokens.atSymbol(">")) {
      tokens.next();
      return new StructType(List.of());
    }
    List<Field> fields = fields();
    tokens.expectClosingAngle();
    return new StructType(fields);
  }

  private void requireAngle(Token word, String example) {
    if (!tokens.skipSymbol("<")) {
      throw new SqlSyntaxException(
          "INCOMPLETE_TYPE_DEFINITION",
          word.offset(),
          "'" + word.text() + "' needs the types inside it, such as '" + example + "'");
    }
  }

  private DataType interval() {
    if (!tokens.peek().isName() || !isUnit(tokens.peek().upper())) {
      return AtomicType.CALENDAR_INTERVAL;
    }
    Token first = tokens.next();
    String start = first.upper();
    String end = start;
    if (tokens.skipWord("TO")) {
      end = tokens.expectName("a unit").upper();
    }
    try {
      if (start.equals("YEAR") || start.equals("MONTH")) {
        return new YearMonthIntervalType(
            YearMonthIntervalType.Unit.valueOf(start), YearMonthIntervalType.Unit.valueOf(end));
      }
      return new DayTimeIntervalType(
          DayTimeIntervalType.Unit.valueOf(start), DayTimeIntervalType.Unit.valueOf(end));
    } catch (IllegalArgumentException e) {
      throw new SqlSyntaxException(
          "PARSE_SYNTAX_ERROR",
          first.offset(),
          "there is no interval from " + start + " to " + end);
    }
  }

  private static boolean isUnit(String word) {
    return switch (word) {
      case "YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND" -> true;
      default -> false;
    };
  }
}
