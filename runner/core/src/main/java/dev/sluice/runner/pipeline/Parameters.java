package dev.sluice.runner.pipeline;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.component.Node.Text.Kind;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.expression.Literal;
import dev.sluice.runner.yaml.CoreSchema;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The declared parameters with the values they have in this run. */
final class Parameters {
  /** {@code value} is null when there is none, which has been reported. */
  record Parameter(@Nullable String value, String type) {
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

  static Parameters of(Node root, Map<String, String> given, Problems problems) {
    Parameters parameters = new Parameters();
    if (root instanceof Node.Mapping mapping
        && mapping.get("parameters").orElse(null) instanceof Node.Mapping declared) {
      for (Node.Entry entry : declared.entries()) {
        parameters.declare(entry, given.get(entry.key().value()), problems);
      }
    }
    for (String name : given.keySet()) {
      if (!parameters.byName.containsKey(name)) {
        problems.error(
            "unknown-parameter",
            new SourcePosition("--set", 0, 0),
            "the pipeline has no parameter '" + name + "'",
            Names.suggestion(name, parameters.names()));
      }
    }
    return parameters;
  }

  Optional<Parameter> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** What SQL says {@code :name} for; those with a mistake are NULL. */
  Map<String, Literal> literals() {
    Map<String, Literal> literals = new LinkedHashMap<>();
    byName.forEach((name, parameter) -> literals.put(name, literal(parameter)));
    return literals;
  }

  private static Literal literal(Parameter parameter) {
    String value = parameter.value();
    if (value == null) {
      return new Literal(AtomicType.NULL, null, "NULL");
    }
    return switch (parameter.type()) {
      case "int" -> new Literal(AtomicType.INT, (int) whole(value), value);
      case "bigint" -> new Literal(AtomicType.BIGINT, whole(value), value);
      case "double" -> new Literal(AtomicType.DOUBLE, number(value), value);
      case "boolean" -> new Literal(AtomicType.BOOLEAN, value.equalsIgnoreCase("true"), value);
      default -> new Literal(AtomicType.STRING, value, value);
    };
  }

  List<String> names() {
    return List.copyOf(byName.keySet());
  }

  private void declare(Node.Entry entry, @Nullable String given, Problems problems) {
    String name = entry.key().value();
    Node.@Nullable Text standard = null;
    String type = "string";
    if (entry.value() instanceof Node.Mapping details) {
      type = details.get("type").map(Parameters::textOf).orElse("string");
      standard = details.get("default").orElse(null) instanceof Node.Text text ? text : null;
    }
    @Nullable String value = given != null ? given : standard == null ? null : standard.value();
    if (value == null) {
      problems.error(
          "missing-parameter",
          entry.key().at(),
          "the parameter '" + name + "' has neither a value nor a default",
          "give it with --set " + name + "=VALUE");
    } else if (!fits(type, value)) {
      problems.error(
          "invalid-parameter-value",
          given == null && standard != null ? standard.at() : new SourcePosition("--set", 0, 0),
          "the parameter '" + name + "' is of type " + type + ", '" + value + "' is not",
          null);
      byName.put(name, new Parameter(null, type));
      return;
    }
    byName.put(name, new Parameter(value, type));
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
    try {
      long value = whole(integer);
      return value >= least && value <= most;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /** An integer as YAML writes it: {@code 12}, {@code 0x1f}, {@code 0o17}. */
  private static long whole(String integer) {
    if (integer.startsWith("0x")) {
      return Long.parseLong(integer.substring(2), 16);
    }
    return integer.startsWith("0o")
        ? Long.parseLong(integer.substring(2), 8)
        : Long.parseLong(integer);
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
    return CoreSchema.kindOf(text) == Kind.INTEGER && lower.startsWith("0")
        ? whole(text)
        : Double.parseDouble(text);
  }
}
