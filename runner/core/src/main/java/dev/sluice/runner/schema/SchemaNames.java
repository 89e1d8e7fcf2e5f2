package dev.sluice.runner.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the schema around an error says. */
final class SchemaNames {
  private SchemaNames() {}

  /** The values of an {@code enum}, or the words of a {@code type}. */
  static List<String> allowed(Error error) {
    List<String> words = new ArrayList<>();
    JsonNode node = error.getSchemaNode();
    if (node != null && node.isArray()) {
      node.forEach(item -> words.add(item.asText()));
    } else if (node != null) {
      List<String> ofPattern = Words.of(node.asText());
      words.addAll(ofPattern.isEmpty() ? List.of(node.asText()) : ofPattern);
    }
    return words;
  }

  /** The value of the keyword that failed. */
  static String value(Error error) {
    JsonNode node = error.getSchemaNode();
    return node == null ? "" : node.asText();
  }

  /** The keys that the schema knows at a JSON pointer of the file. */
  static List<String> keys(Components components, String pointer) {
    Map<?, ?> main = PipelineSchema.file(components, PipelineSchema.MAIN).orElseThrow();
    Map<?, ?> schema = main;
    if (!pointer.isEmpty()) {
      for (String part : pointer.substring(1).split("/")) {
        schema = follow(components, main, child(schema, part));
      }
    }
    List<String> keys = new ArrayList<>();
    for (Object holder : List.of(schema, map(schema.get("then")), map(schema.get("else")))) {
      map(map(holder).get("properties")).keySet().forEach(key -> keys.add(key.toString()));
    }
    return keys;
  }

  private static Map<?, ?> child(Map<?, ?> schema, String part) {
    Object named = map(schema.get("properties")).get(part);
    if (named instanceof Map<?, ?> map) {
      return map;
    }
    return schema.get("items") instanceof Map<?, ?> items
        ? items
        : map(schema.get("additionalProperties"));
  }

  private static Map<?, ?> follow(Components components, Map<?, ?> main, Map<?, ?> schema) {
    if (!(schema.get("$ref") instanceof String reference)) {
      return schema;
    }
    if (reference.startsWith("#/$defs/")) {
      return map(map(main.get("$defs")).get(reference.substring("#/$defs/".length())));
    }
    return PipelineSchema.file(components, reference).<Map<?, ?>>map(m -> m).orElse(Map.of());
  }

  private static Map<?, ?> map(@Nullable Object value) {
    return value instanceof Map<?, ?> map ? map : Map.of();
  }
}
