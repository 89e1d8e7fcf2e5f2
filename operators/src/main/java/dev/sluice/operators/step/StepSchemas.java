package dev.sluice.operators.step;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Pieces of JSON Schema that steps share. */
final class StepSchemas {
  private StepSchemas() {}

  /** A SQL expression: mostly text, but {@code 1} and {@code true} are expressions too. */
  static Map<String, Object> expression(String description) {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", List.of("string", "number", "boolean"));
    schema.put("description", description);
    return schema;
  }

  /** An {@link #expression} that is SQL in any case: can be read before the columns are known. */
  static Map<String, Object> sql(String description) {
    return markedAsSql(expression(description));
  }

  /** Says in the schema that a text is SQL, for {@link StepType#SQL_TEXT}. */
  static Map<String, Object> markedAsSql(Map<String, Object> schema) {
    schema.put(StepType.MEDIA_TYPE, StepType.SQL_TEXT);
    return schema;
  }

  static Map<String, Object> text(String description) {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "string");
    schema.put("minLength", 1);
    schema.put("description", description);
    return schema;
  }

  static Map<String, Object> listOf(Map<String, Object> items, String description) {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "array");
    schema.put("description", description);
    schema.put("items", items);
    schema.put("minItems", 1);
    return schema;
  }

  /** A mapping whose keys are names of columns. */
  static Map<String, Object> mapOf(Map<String, Object> values, String description) {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "object");
    schema.put("description", description);
    schema.put("additionalProperties", values);
    schema.put("minProperties", 1);
    return schema;
  }
}
