package dev.sluice.connectors.avro;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.codec.ParseMode;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.StructBuilder;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.ScalarCall;
import dev.sluice.operators.function.json.FormatOptions;
import dev.sluice.operators.function.json.FromText;
import dev.sluice.operators.function.json.Schemas;
import dev.sluice.operators.time.Rebase;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code from_avro}, {@code to_avro} and {@code schema_of_avro}. The Avro library is brought in by
 * the first call of one.
 */
public final class AvroFunctions implements FunctionFamily {
  private static final String SCHEMA =
      "{\"type\": \"record\", \"name\": \"r\", \"fields\": [{\"name\": \"u\", \"type\": \"int\"}]}";

  /** For the service loader. */
  public AvroFunctions() {}

  @Override
  public List<String> names() {
    return List.of("from_avro", "to_avro", "schema_of_avro");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "from_avro" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "misc_funcs",
                  "from_avro(binary, jsonFormatSchema[, options])",
                  "The value that is written in Avro's binary form, by the schema it was written"
                      + " with; the option 'avroSchema' gives one to read it as.",
                  example("from_avro(X'04', '" + SCHEMA + "')", "{2}")),
              AvroFunctions::bindFrom);
      case "to_avro" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "misc_funcs",
                  "to_avro(value[, jsonFormatSchema])",
                  "The value in Avro's binary form, by the schema given or the one that follows"
                      + " from its type.",
                  example("hex(to_avro(named_struct('u', 2)))", "04")),
              AvroFunctions::bindTo);
      case "schema_of_avro" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "misc_funcs",
                  "schema_of_avro(jsonFormatSchema[, options])",
                  "The type of the values of an Avro schema.",
                  example("schema_of_avro('" + SCHEMA + "')", "STRUCT<u: INT NOT NULL>")),
              AvroFunctions::bindSchema);
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static Expression bindFrom(FunctionCall call) {
    call.requireCount(2, 3);
    Expression binary = call.exactly(0, AtomicType.BINARY);
    String written = schema(call, 1);
    FormatOptions options = options(call, 2);
    boolean permissive = permissive(call, options);
    Optional<String> read = options.find("avroSchema");
    AvroClient.Typing typing = typing(call, options);
    DataType found = type(call, read.orElse(written), typing, read.isPresent() ? 2 : 1);
    DataType type = permissive ? Schemas.nullable(found) : found;
    Rebase.Calendar calendar = calendar(call, options);
    AvroClient.Values values;
    try {
      values = AvroClient.get().reader(written, read.orElse(written), type, calendar);
    } catch (IOException e) {
      throw unusable(call, 1, e);
    }
    AvroClient.Failed failed =
        permissive ? (row, reason, to) -> nulls(type, to) : AvroFunctions::malformed;
    return new ScalarCall(
            call.name(),
            List.of(binary),
            type,
            true,
            !permissive,
            (columns, rows, context) -> values.convert(columns.get(0).flatten(), rows, failed))
        .under(List.of(written, options.values()));
  }

  private static Expression bindTo(FunctionCall call) {
    call.requireCount(1, 2);
    Expression value = call.argument(0);
    if (!AvroFormat.isWritable(value.type())) {
      throw call.error(
          "UNSUPPORTED_DATATYPE", 0, "Avro cannot hold " + value.type().sql(), "cast it");
    }
    String schema = call.count() > 1 ? schemaOrNull(call, 1) : null;
    AvroClient.Values values;
    try {
      values = AvroClient.get().writer(value.type(), value.nullable(), schema);
    } catch (IOException e) {
      throw unusable(call, schema == null ? 0 : 1, e);
    }
    return new ScalarCall(
            call.name(),
            List.of(value),
            AtomicType.BINARY,
            value.nullable(),
            true,
            (columns, rows, context) ->
                values.convert(columns.get(0).flatten(), rows, AvroFunctions::unwritable))
        .under(Optional.ofNullable(schema));
  }

  private static Expression bindSchema(FunctionCall call) {
    call.requireCount(1, 2);
    FormatOptions options = options(call, 1);
    permissive(call, options);
    String schema = options.find("avroSchema").orElse(schema(call, 0));
    return new Literal(
        AtomicType.STRING,
        type(call, schema, typing(call, options), 0).sql(),
        call.name() + "(" + call.argument(0).sql() + ")");
  }

  /** Values do not say who wrote them. */
  private static Rebase.Calendar calendar(FunctionCall call, FormatOptions options) {
    String mode = options.text(AvroFormat.REBASE, "CORRECTED").trim().toUpperCase(Locale.ROOT);
    if (!AvroFormat.REBASE_MODES.contains(mode)) {
      throw call.error(
          "INVALID_OPTIONS",
          -1,
          "'" + AvroFormat.REBASE + "' cannot be '" + mode + "'",
          "give one of " + AvroFormat.REBASE_MODES);
    }
    return Rebase.mode(mode);
  }

  private static boolean permissive(FunctionCall call, FormatOptions options) {
    return options.find("mode").isPresent() && options.mode(call, -1) == ParseMode.PERMISSIVE;
  }

  private static AvroClient.Typing typing(FunctionCall call, FormatOptions options) {
    long depth;
    try {
      depth = Long.parseLong(options.text(AvroClient.Typing.DEPTH, "-1").trim());
    } catch (NumberFormatException e) {
      throw call.error(
          "INVALID_OPTIONS", -1, "'" + AvroClient.Typing.DEPTH + "' must be a number", null);
    }
    String wrong = AvroClient.Typing.check(depth);
    if (wrong != null) {
      throw call.error("INVALID_OPTIONS", -1, wrong, "give a smaller one");
    }
    return AvroClient.Typing.of(
        options.flag(AvroClient.Typing.STABLE, false),
        options.text(AvroClient.Typing.PREFIX, AvroFormat.MEMBER),
        depth);
  }

  private static DataType type(
      FunctionCall call, String schema, AvroClient.Typing typing, int argument) {
    try {
      return AvroClient.get().type(schema, typing);
    } catch (IOException e) {
      throw unusable(call, argument, e);
    }
  }

  private static String schema(FunctionCall call, int argument) {
    String schema = schemaOrNull(call, argument);
    if (schema == null) {
      throw noSchema(call, argument);
    }
    return schema;
  }

  private static @Nullable String schemaOrNull(FunctionCall call, int argument) {
    Expression schema = call.argument(argument);
    if (schema.foldable() && schema.type() == AtomicType.NULL) {
      return null;
    }
    if (schema.type() != AtomicType.STRING || !schema.foldable()) {
      throw noSchema(call, argument);
    }
    Object text = call.constant(argument);
    return text == null ? null : text.toString();
  }

  private static RuntimeException noSchema(FunctionCall call, int argument) {
    return call.error(
        "DATATYPE_MISMATCH.TYPE_CHECK_FAILURE_WITH_HINT",
        argument,
        "the schema of '" + call.name() + "' must be a constant text",
        "write the Avro schema as JSON in quotes");
  }

  private static FormatOptions options(FunctionCall call, int argument) {
    boolean none =
        argument < call.count()
            && (call.argument(argument).type() == AtomicType.NULL
                || call.argument(argument).type() instanceof MapType map
                    && map.key() == AtomicType.NULL);
    return FormatOptions.of(call, none ? call.count() : argument);
  }

  private static RuntimeException unusable(FunctionCall call, int argument, IOException e) {
    return call.error(
        "AVRO_INCOMPATIBLE_SCHEMA",
        argument,
        "'" + call.name() + "' cannot use that schema: " + e.getMessage(),
        null);
  }

  private static void malformed(int row, String reason, ColumnBuilder to) {
    throw FromText.malformed("Avro", reason, row);
  }

  private static void unwritable(int row, String reason, ColumnBuilder to) {
    throw new EvaluationException(
        "AVRO_CANNOT_WRITE_NULL_FIELD", "a value cannot be written as Avro: " + reason, row);
  }

  /** A record without a value, or null. */
  private static void nulls(DataType type, ColumnBuilder to) {
    if (!(to instanceof StructBuilder struct)) {
      to.appendNull();
      return;
    }
    for (int i = 0; i < ((StructType) type).size(); i++) {
      struct.field(i).appendNull();
    }
    struct.endStruct();
  }
}
