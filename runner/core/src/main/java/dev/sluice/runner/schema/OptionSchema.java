package dev.sluice.runner.schema;

import dev.sluice.connectors.store.FileStoreType;
import dev.sluice.operators.component.ComponentType;
import dev.sluice.operators.component.Option;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** JSON Schema of the options that a component declares. */
final class OptionSchema {
  /** A value that is put together later cannot be judged by an editor. */
  private static final String OR_REFERENCE = "|\\$\\{";

  private static final Map<String, Object> SCALAR =
      Map.of("type", List.of("string", "number", "boolean"));

  private OptionSchema() {}

  /**
   * The schema of a source or sink of this type: its options, and whether it has a path. {@code
   * path:} stands beside {@code options:} as the shorthand of the option {@code path}.
   */
  static Map<String, Object> component(ComponentType type, String kind) {
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("type", "object");
    Map<String, Object> properties = new LinkedHashMap<>();
    for (Option option : type.options()) {
      properties.put(option.name(), of(option));
      for (String alias : option.aliases()) {
        properties.put(alias, of(option));
      }
    }
    options.put("properties", properties);
    if (!type.passThroughPrefixes().isEmpty()) {
      Map<String, Object> patterns = new LinkedHashMap<>();
      for (String prefix : type.passThroughPrefixes()) {
        patterns.put(pattern(prefix), SCALAR);
      }
      options.put("patternProperties", patterns);
    }
    options.put("additionalProperties", false);
    List<String> required =
        type.options().stream()
            .filter(o -> o.required() && !o.name().equals("path"))
            .map(Option::name)
            .toList();
    if (!required.isEmpty()) {
      options.put("required", required);
    }
    Optional<Option> path =
        type.options().stream().filter(o -> o.name().equalsIgnoreCase("path")).findFirst();
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("$schema", PipelineSchema.DIALECT);
    schema.put("title", kind + " " + type.name());
    schema.put("description", type.summary());
    schema.put("type", "object");
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("path", path.isPresent() ? Map.of("type", "string") : false);
    keys.put(
        "valueFormat",
        type.options().stream()
            .filter(o -> o.name().equals("valueFormat"))
            .findFirst()
            .<Object>map(OptionSchema::of)
            .orElse(false));
    keys.put("options", options);
    schema.put("properties", keys);
    if (!required.isEmpty()) {
      schema.put("required", List.of("options"));
    }
    if (path.isPresent() && path.get().required()) {
      schema.put(
          "if",
          Map.of(
              "not",
              ordered(
                  "required",
                  List.of("options"),
                  "properties",
                  Map.of("options", Map.of("required", List.of("path"))))));
      schema.put("then", Map.of("required", List.of("path")));
    }
    return schema;
  }

  /** The schema of the settings of all kinds of storage. */
  static Map<String, Object> settings(List<FileStoreType> types) {
    Map<String, Object> properties = new LinkedHashMap<>();
    Map<String, Object> patterns = new LinkedHashMap<>();
    for (FileStoreType type : types) {
      type.options().forEach(option -> properties.put(option.name(), of(option)));
      type.passThroughPrefixes().forEach(prefix -> patterns.put(pattern(prefix), SCALAR));
    }
    return ordered(
        "$schema",
        PipelineSchema.DIALECT,
        "title",
        "settings hadoop",
        "description",
        "Storage beside the local disk, by Hadoop's names.",
        "type",
        "object",
        "properties",
        properties,
        "patternProperties",
        patterns,
        "additionalProperties",
        false);
  }

  private static String pattern(String prefix) {
    return "^" + prefix.replace(".", "\\.");
  }

  private static Map<String, Object> of(Option option) {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("description", option.description());
    switch (option.kind()) {
      case TEXT -> schema.put("type", List.of("string", "number", "boolean"));
      case INTEGER, BYTES -> {
        schema.put("type", List.of("integer", "string"));
        schema.put("pattern", "^\\s*[+-]?[0-9]+\\s*$" + OR_REFERENCE);
        option.minimum().ifPresent(least -> schema.put("minimum", least));
      }
      case NUMBER -> {
        schema.put("type", List.of("number", "string"));
        schema.put(
            "pattern",
            "^\\s*[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?\\s*$" + OR_REFERENCE);
        option.minimum().ifPresent(least -> schema.put("minimum", least));
      }
      case FLAG -> {
        schema.put("type", List.of("boolean", "string"));
        schema.put("pattern", words(List.of("true", "false")) + OR_REFERENCE);
      }
      case CHOICE -> {
        schema.put("type", List.of("string", "number", "boolean"));
        schema.put("examples", option.allowed());
        schema.put("pattern", words(option.allowed()) + OR_REFERENCE);
      }
      case DURATION -> schema.put("type", List.of("string", "integer"));
      case CHARACTER -> {
        schema.put("type", List.of("string", "number"));
        schema.put("pattern", "^.?$" + OR_REFERENCE);
      }
      case LIST -> schema.put("type", List.of("array", "string"));
    }
    option.defaultValue().ifPresent(value -> schema.put("default", value));
    return schema;
  }

  /** Any of these words, in upper or lower case. */
  private static String words(List<String> words) {
    StringBuilder pattern = new StringBuilder("^\\s*(");
    for (int w = 0; w < words.size(); w++) {
      pattern.append(w == 0 ? "" : "|");
      for (char c : words.get(w).toCharArray()) {
        if (Character.isLetter(c)) {
          String letter = String.valueOf(c);
          pattern
              .append('[')
              .append(letter.toLowerCase(Locale.ROOT))
              .append(letter.toUpperCase(Locale.ROOT))
              .append(']');
        } else if (Character.isDigit(c) || c == '_' || c == '-') {
          pattern.append(c);
        } else {
          pattern.append('\\').append(c);
        }
      }
    }
    return pattern.append(")\\s*$").toString();
  }

  /** A map in this order of keys. */
  static Map<String, Object> ordered(Object... keysAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }
}
