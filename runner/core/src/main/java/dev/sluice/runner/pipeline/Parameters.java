package dev.sluice.runner.pipeline;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.component.Node.Text.Kind;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.expression.Literal;
import dev.sluice.runner.yaml.CoreSchema;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The declared parameters with the values they have in this run. */
final class Parameters {
  static final SourcePosition COMMAND_LINE = new SourcePosition("--set", 0, 0);

  private static final int LEAST_SECRET_DIGITS = 6;

  /**
   * {@code value} is null when there is none, which has been reported, or when it is only known at
   * a run. A {@code secret} one is never shown, whatever it is called.
   */
  record Parameter(@Nullable String value, String type, boolean unknown, boolean secret) {
    Kind kind() {
      return switch (type) {
        case "int", "bigint" -> Kind.INTEGER;
        case "double" -> Kind.NUMBER;
        case "boolean" -> Kind.BOOLEAN;
        default -> Kind.STRING;
      };
    }
  }

  private final Map<String, Parameter> byName = new LinkedHashMap<>();
  private final Problems problems;

  Parameters(Problems problems) {
    this.problems = problems;
  }

  /** Reports values that the command line gives and nobody has declared. */
  void requireDeclared(Map<String, String> given) {
    for (String name : given.keySet()) {
      if (!byName.containsKey(name)) {
        problems.error(
            "unknown-parameter",
            COMMAND_LINE,
            "the pipeline has no parameter '" + name + "'",
            Names.suggestion(name, names()));
      }
    }
  }

  Optional<Parameter> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /**
   * False for {@code max_tokens: {type: int}} and the like: flags, and numbers so short that they
   * stand everywhere.
   */
  static boolean mayBeSecret(Node.Entry parameter, String value) {
    Kind kind = CoreSchema.kindOf(value);
    boolean isNumber = kind == Kind.INTEGER || kind == Kind.NUMBER;
    return kind != Kind.BOOLEAN
        && kind != Kind.NULL
        && (!isNumber
            || typeOf(parameter).equals("string")
            || value.length() >= LEAST_SECRET_DIGITS);
  }

  /** True if SQL in it names, as {@code :name}, one that is only known at a run. */
  boolean namesUnknown(String text) {
    for (Map.Entry<String, Parameter> entry : byName.entrySet()) {
      if (entry.getValue().unknown() && names(text, entry.getKey())) {
        return true;
      }
    }
    return false;
  }

  private static boolean names(String text, String name) {
    for (int sign = text.indexOf(':'); sign >= 0; sign = text.indexOf(':', sign + 1)) {
      int end = sign + 1 + name.length();
      if (text.regionMatches(true, sign + 1, name, 0, name.length())
          && (end == text.length() || !Character.isUnicodeIdentifierPart(text.charAt(end)))) {
        return true;
      }
    }
    return false;
  }

  /** What SQL says {@code :name} for; those that are not known are NULL, of their type. */
  Map<String, Literal> literals() {
    Map<String, Literal> literals = new LinkedHashMap<>();
    byName.forEach(
        (name, parameter) -> {
          Literal literal = literal(parameter);
          // What shows an expression, as the name of a column does, must not show a secret.
          literals.put(
              name,
              parameter.secret()
                  ? new Literal(literal.type(), literal.value(), ":" + name)
                  : literal);
        });
    return literals;
  }

  private static Literal literal(Parameter parameter) {
    String value = parameter.value();
    if (value == null) {
      return new Literal(typeOf(parameter.type()), null, "NULL");
    }
    return switch (parameter.type()) {
      case "int" -> new Literal(AtomicType.INT, whole(value).intValueExact(), value);
      case "bigint" -> new Literal(AtomicType.BIGINT, whole(value).longValueExact(), value);
      case "double" -> new Literal(AtomicType.DOUBLE, number(value), value);
      case "boolean" -> new Literal(AtomicType.BOOLEAN, value.equalsIgnoreCase("true"), value);
      default -> new Literal(AtomicType.STRING, value, value);
    };
  }

  private static DataType typeOf(String type) {
    return switch (type) {
      case "int" -> AtomicType.INT;
      case "bigint" -> AtomicType.BIGINT;
      case "double" -> AtomicType.DOUBLE;
      case "boolean" -> AtomicType.BOOLEAN;
      default -> AtomicType.STRING;
    };
  }

  List<String> names() {
    return List.copyOf(byName.keySet());
  }

  /**
   * Adds a parameter, and reports one without a value that fits.
   *
   * @param given by the command line
   * @param standard its default, with what its references stand for
   * @param unknown whether the default is only known at a run, or has been reported
   * @param secret whether its value is one
   */
  void declare(
      Node.Entry entry,
      @Nullable String given,
      Node.@Nullable Text standard,
      boolean unknown,
      boolean secret) {
    String name = entry.key().value();
    names().stream()
        .filter(name::equalsIgnoreCase)
        .findFirst()
        .ifPresent(
            other ->
                problems.error(
                    "duplicate-parameter",
                    entry.key().at(),
                    "the parameters '" + other + "' and '" + name + "' differ in case only",
                    "give one another name: SQL does not tell ':" + name + "' from the other"));
    String type = typeOf(entry);
    @Nullable String value = given != null ? given : standard == null ? null : standard.value();
    boolean open = given == null && unknown;
    if (!open && value == null) {
      problems.error(
          "missing-parameter",
          entry.key().at(),
          "the parameter '" + name + "' has neither a value nor a default",
          "give it with --set " + name + "=VALUE");
    } else if (!open && value != null && !fits(type, value)) {
      problems.error(
          "invalid-parameter-value",
          given == null && standard != null ? standard.at() : COMMAND_LINE,
          "the parameter '" + name + "' is of type " + type + ", '" + value + "' is not",
          null);
      value = null;
    }
    byName.put(name, new Parameter(open ? null : value, type, open, secret));
  }

  private static String typeOf(Node.Entry parameter) {
    return parameter.value() instanceof Node.Mapping details
        ? details.get("type").map(Parameters::textOf).orElse("string")
        : "string";
  }

  private static String textOf(Node node) {
    return node instanceof Node.Text text ? text.value() : "string";
  }

  private static boolean fits(String type, String value) {
    Kind kind = CoreSchema.kindOf(value);
    return switch (type) {
      case "int" -> kind == Kind.INTEGER && isWithin(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
      case "bigint" -> kind == Kind.INTEGER && isWithin(value, Long.MIN_VALUE, Long.MAX_VALUE);
      case "double" -> kind == Kind.INTEGER || kind == Kind.NUMBER;
      case "boolean" -> kind == Kind.BOOLEAN;
      default -> true;
    };
  }

  private static boolean isWithin(String integer, long least, long most) {
    BigInteger value = whole(integer);
    return value.compareTo(BigInteger.valueOf(least)) >= 0
        && value.compareTo(BigInteger.valueOf(most)) <= 0;
  }

  /** An integer as YAML writes it: {@code 12}, {@code 0x1f}, {@code 0o17}. */
  private static BigInteger whole(String integer) {
    if (integer.startsWith("0x")) {
      return new BigInteger(integer.substring(2), 16);
    }
    return integer.startsWith("0o")
        ? new BigInteger(integer.substring(2), 8)
        : new BigInteger(integer);
  }

  /** A number as YAML writes it: {@code 1.5e3}, {@code -.inf}, {@code .nan}. */
  private static double number(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.endsWith(".inf")) {
      return lower.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    if (lower.equals(".nan")) {
      return Double.NaN;
    }
    return CoreSchema.kindOf(text) == Kind.INTEGER
        ? whole(text).doubleValue()
        : Double.parseDouble(text);
  }
}
