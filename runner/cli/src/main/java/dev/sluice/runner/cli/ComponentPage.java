package dev.sluice.runner.cli;

import dev.sluice.operators.component.ComponentType;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Registry;
import dev.sluice.operators.step.StepType;
import dev.sluice.runner.schema.Components;
import dev.sluice.runner.schema.PipelineSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** What a pipeline file may say, as Markdown: from the declarations that the file is checked by. */
final class ComponentPage {
  private final Components components;
  private final Map<String, Map<String, Object>> schemas;

  /**
   * @param schemas the JSON Schemas of these components, by the names of their files
   */
  ComponentPage(Components components, Map<String, Map<String, Object>> schemas) {
    this.components = components;
    this.schemas = schemas;
  }

  /** The whole reference. */
  String reference() {
    StringBuilder out = new StringBuilder();
    out.append("# The pipeline file\n\n");
    out.append(
        "Made from the code by `scripts/regenerate`. `runner schema NAME --format markdown` tells"
            + " the same of one component. Names of options are compared without case.\n\n");
    links("sources", "source", components.sources(), out);
    links("sinks", "sink", components.sinks(), out);
    links("steps", "step", components.steps(), out);
    out.append("\n## The file\n\n").append(keys(schema(PipelineSchema.MAIN)));
    out.append("\n## Sources\n\nWhat all have:\n\n").append(keys(part("source")));
    components.sources().all().forEach(type -> out.append('\n').append(page("source", type)));
    out.append("\n## Sinks\n\nWhat all have:\n\n").append(keys(part("sink")));
    components.sinks().all().forEach(type -> out.append('\n').append(page("sink", type)));
    out.append("\n## Steps\n");
    components.steps().all().forEach(type -> out.append('\n').append(page("step", type)));
    return out.toString();
  }

  /** The page of the component whose schema has this name, such as {@code source-csv}. */
  String page(String name) {
    int dash = name.indexOf('-');
    String kind = dash < 0 ? "" : name.substring(0, dash);
    return switch (kind) {
      case "source" -> page(kind, components.sources().find(name.substring(7)).orElseThrow());
      case "sink" -> page(kind, components.sinks().find(name.substring(5)).orElseThrow());
      case "step" -> page(kind, components.steps().find(name.substring(5)).orElseThrow());
      default -> keys(schema(PipelineSchema.fileOf(name)));
    };
  }

  private static void links(
      String title, String kind, Registry<? extends ComponentType> types, StringBuilder out) {
    List<String> links = new ArrayList<>();
    for (ComponentType type : types.all()) {
      String anchor = kind + "-" + type.name().toLowerCase(Locale.ROOT);
      links.add("[" + type.name() + "](#" + anchor + ")");
    }
    out.append("- **").append(title).append("**: ").append(String.join(", ", links)).append('\n');
  }

  /** What every source, or every sink, may say. */
  private Map<?, ?> part(String kind) {
    Object parts = schema(PipelineSchema.MAIN).get("$defs");
    Object part = parts instanceof Map<?, ?> map ? map.get(kind) : null;
    return part instanceof Map<?, ?> map ? map : Map.of();
  }

  private Map<?, ?> schema(String file) {
    return Objects.requireNonNull(schemas.get(file));
  }

  private String page(String kind, ComponentType type) {
    String head = "### " + kind + " " + type.name() + "\n\n" + type.summary() + "\n\n";
    if (type instanceof StepType step) {
      String keys = keys(step.valueSchema());
      return head + (keys.isEmpty() ? "Its value: " + what(step.valueSchema()) + ".\n" : keys);
    }
    StringBuilder rows = new StringBuilder();
    for (Option option : type.options()) {
      String also =
          option.aliases().isEmpty() ? "" : " (or `" + String.join("`, `", option.aliases()) + "`)";
      String secret = option.secret() ? "; never shown" : "";
      row(
          rows,
          "`" + option.name() + "`" + also,
          value(option),
          option.required()
              ? "required"
              : option.defaultValue().map(ComponentPage::code).orElse(""),
          option.description() + secret);
    }
    for (String prefix : type.passThroughPrefixes()) {
      row(rows, "`" + prefix + "*`", "text", "", "handed on as it is");
    }
    return head + (rows.isEmpty() ? "No options.\n" : table("option", rows));
  }

  private static String value(Option option) {
    return switch (option.kind()) {
      case TEXT -> "text";
      case INTEGER -> "whole number" + least(option);
      case NUMBER -> "number" + least(option);
      case FLAG -> "`true`, `false`";
      case CHOICE -> "`" + String.join("`, `", option.allowed()) + "`";
      case DURATION -> "time, such as `10 seconds`";
      case BYTES -> "bytes" + least(option);
      case CHARACTER -> "one character";
      case LIST -> "list";
    };
  }

  private static String least(Option option) {
    return option.minimum().map(minimum -> ", at least " + minimum).orElse("");
  }

  /** A table of the keys of an object, and of those in them; empty if it has none. */
  private static String keys(Map<?, ?> schema) {
    StringBuilder rows = new StringBuilder();
    walk("", schema, rows);
    return rows.isEmpty() ? "" : table("key", rows);
  }

  private static void walk(String prefix, Map<?, ?> schema, StringBuilder rows) {
    List<?> required = schema.get("required") instanceof List<?> names ? names : List.of();
    if (schema.get("properties") instanceof Map<?, ?> properties) {
      properties.forEach(
          (name, value) -> {
            if (value instanceof Map<?, ?> inner) {
              row(prefix + name, required.contains(name), inner, rows);
            }
          });
    }
    if (schema.get("additionalProperties") instanceof Map<?, ?> inner) {
      row(prefix + "NAME", false, inner, rows);
    }
    if (schema.get("items") instanceof Map<?, ?> inner && inner.containsKey("properties")) {
      walk(prefix.isEmpty() ? "" : prefix.substring(0, prefix.length() - 1) + "[].", inner, rows);
    }
  }

  private static void row(String name, boolean required, Map<?, ?> schema, StringBuilder rows) {
    Object fallback = schema.get("default");
    String usual = required ? "required" : fallback == null ? "" : code(fallback.toString());
    row(rows, "`" + name + "`", shape(schema), usual, what(schema));
    walk(name + ".", schema, rows);
  }

  private static String what(Map<?, ?> schema) {
    return schema.get("description") instanceof String text ? text : "";
  }

  private static String shape(Map<?, ?> schema) {
    if (schema.get("enum") instanceof List<?> words) {
      return "`" + String.join("`, `", words.stream().map(String::valueOf).toList()) + "`";
    }
    if (schema.get("$ref") instanceof String ref) {
      return "see " + ref.substring(ref.lastIndexOf('/') + 1).replace(".schema.json", "");
    }
    List<?> types =
        schema.get("type") instanceof List<?> several
            ? several
            : schema.get("type") instanceof String one ? List.of(one) : List.of();
    if (types.isEmpty() && schema.get("anyOf") instanceof List<?> choices) {
      return String.join(" or ", choices.stream().map(c -> shape((Map<?, ?>) c)).toList());
    }
    if (types.equals(List.of("string", "number", "boolean"))) {
      return "text";
    }
    return String.join(
        " or ",
        types.stream()
            .map(
                type ->
                    switch (type.toString()) {
                      case "string" -> "text";
                      case "integer" -> "whole number";
                      case "boolean" -> "`true`, `false`";
                      case "array" -> "list";
                      case "object" -> "map";
                      default -> type.toString();
                    })
            .toList());
  }

  private static String code(String value) {
    return value.isEmpty() ? "empty" : "`" + value.replace("\n", "\\n") + "`";
  }

  private static String table(String first, StringBuilder rows) {
    return "| " + first + " | value | default | |\n| --- | --- | --- | --- |\n" + rows;
  }

  private static void row(
      StringBuilder rows, String name, String value, String usual, String description) {
    rows.append("| ").append(name);
    for (String cell : List.of(value, usual, description)) {
      rows.append(" | ").append(cell.replace("|", "\\|"));
    }
    rows.append(" |\n");
  }
}
