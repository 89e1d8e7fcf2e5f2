package dev.sluice.runner.pipeline;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.component.Node.Text.Kind;
import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.runner.yaml.CoreSchema;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The declared parameters with the values they have in this run. */
final class Parameters {
  /** {@code value} is null when there is none, which has been reported. */
  record Parameter(@Nullable String value, Kind kind) {}

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
    }
    byName.put(name, new Parameter(value, kind(type)));
  }

  private static String textOf(Node node) {
    return node instanceof Node.Text text ? text.value() : "string";
  }

  private static boolean fits(String type, String value) {
    Kind kind = CoreSchema.kindOf(value);
    return switch (type) {
      case "int", "bigint" -> kind == Kind.INTEGER;
      case "double" -> kind == Kind.INTEGER || kind == Kind.NUMBER;
      case "boolean" -> kind == Kind.BOOLEAN;
      default -> true;
    };
  }

  private static Kind kind(String type) {
    return switch (type) {
      case "int", "bigint" -> Kind.INTEGER;
      case "double" -> Kind.NUMBER;
      case "boolean" -> Kind.BOOLEAN;
      default -> Kind.STRING;
    };
  }
}
