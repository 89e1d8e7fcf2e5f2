package dev.sluice.runner.schema;

import dev.sluice.operators.json.Json;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Prints a schema for people: two blanks a level, keys in the order given. */
public final class SchemaText {
  private SchemaText() {}

  public static String print(Map<String, Object> schema) {
    StringBuilder out = new StringBuilder();
    value(schema, 0, out);
    return out.append('\n').toString();
  }

  private static void value(@Nullable Object value, int depth, StringBuilder out) {
    if (value instanceof Map<?, ?> map) {
      map(map, depth, out);
    } else if (value instanceof List<?> list) {
      list(list, depth, out);
    } else {
      out.append(Json.write(value));
    }
  }

  private static void map(Map<?, ?> map, int depth, StringBuilder out) {
    if (map.isEmpty()) {
      out.append("{}");
      return;
    }
    out.append('{');
    boolean first = true;
    for (Map.Entry<?, ?> entry : stable(map).entrySet()) {
      out.append(first ? "\n" : ",\n").append("  ".repeat(depth + 1));
      Json.quote(String.valueOf(entry.getKey()), out);
      out.append(": ");
      value(entry.getValue(), depth + 1, out);
      first = false;
    }
    out.append('\n').append("  ".repeat(depth)).append('}');
  }

  /** Maps without an order of their own are sorted, so that every run prints the same. */
  private static Map<?, ?> stable(Map<?, ?> map) {
    return map instanceof java.util.LinkedHashMap<?, ?> ? map : new TreeMap<>(map);
  }

  private static void list(List<?> list, int depth, StringBuilder out) {
    boolean nested = list.stream().anyMatch(item -> item instanceof Map || item instanceof List);
    out.append('[');
    for (int i = 0; i < list.size(); i++) {
      out.append(i == 0 ? "" : nested ? "," : ", ");
      if (nested) {
        out.append('\n').append("  ".repeat(depth + 1));
      }
      value(list.get(i), depth + 1, out);
    }
    out.append(nested ? "\n" + "  ".repeat(depth) : "").append(']');
  }
}
