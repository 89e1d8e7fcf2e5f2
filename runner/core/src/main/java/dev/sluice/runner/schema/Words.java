package dev.sluice.runner.schema;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A text that must be one of some words, as the validator is told: by a pattern, not by {@code
 * enum}, whose check prints values and for that loads hundreds of classes. The schema files that
 * editors read say {@code enum}.
 */
final class Words {
  private static final String START = "^(?:";
  private static final String END = ")$";

  private Words() {}

  /** True for the schema of a text with an {@code enum}. */
  static boolean hasWords(Map<?, ?> schema) {
    return schema.get("enum") instanceof List<?> words
        && !schema.containsKey("pattern")
        && words.stream().allMatch(word -> word instanceof String);
  }

  static Map<String, Object> asPattern(Map<?, ?> schema) {
    Map<String, Object> changed = new LinkedHashMap<>();
    schema.forEach((key, value) -> changed.put((String) key, value));
    List<String> words = new ArrayList<>();
    List<?> all = schema.get("enum") instanceof List<?> list ? list : List.of();
    for (Object word : all) {
      words.add(String.valueOf(word).replaceAll("[^A-Za-z0-9_-]", "\\\\$0"));
    }
    changed.remove("enum");
    changed.put("pattern", START + String.join("|", words) + END);
    changed.putIfAbsent("type", "string");
    return changed;
  }

  /** The words of such a pattern; empty for any other. */
  static List<String> of(String pattern) {
    if (!pattern.startsWith(START) || !pattern.endsWith(END)) {
      return List.of();
    }
    String words = pattern.substring(START.length(), pattern.length() - END.length());
    List<String> found = new ArrayList<>();
    for (String word : words.split("(?<!\\\\)\\|")) {
      found.add(word.replaceAll("\\\\(.)", "$1"));
    }
    return found;
  }
}
