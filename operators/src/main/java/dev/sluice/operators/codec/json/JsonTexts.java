package dev.sluice.operators.codec.json;

import java.util.HashSet;
import java.util.Set;

/** Whole texts judged as JSON. */
public final class JsonTexts {
  private JsonTexts() {}

  /**
   * Whether Spark's {@code parse_json} takes the text: standard JSON without a name that repeats in
   * an object. What follows the first value does not matter.
   */
  public static boolean isValid(byte[] data, int start, int length) {
    JsonReader reader = new JsonReader(JsonSyntax.STRICT);
    reader.open(data, start, start + length);
    try {
      int first = reader.peek();
      if (first < 0) {
        return false;
      }
      visit(reader, 0);
      boolean number = first == '-' || (first >= '0' && first <= '9');
      return !number || reader.at >= reader.end || data[reader.at] <= ' ';
    } catch (JsonMistake e) {
      return false;
    }
  }

  private static void visit(JsonReader reader, int depth) {
    int first = reader.peek();
    if (first == '{') {
      Set<String> names = new HashSet<>();
      reader.beginNested(depth);
      for (boolean more = reader.firstOf('}'); more; more = reader.nextOf('}')) {
        reader.name();
        if (!names.add(reader.textString())) {
          throw reader.mistake("a name that repeats");
        }
        visit(reader, depth + 1);
      }
    } else if (first == '[') {
      reader.beginNested(depth);
      for (boolean more = reader.firstOf(']'); more; more = reader.nextOf(']')) {
        visit(reader, depth + 1);
      }
    } else {
      reader.skip(depth);
    }
  }
}
