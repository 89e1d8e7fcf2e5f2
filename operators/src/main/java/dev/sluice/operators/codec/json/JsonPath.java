package dev.sluice.operators.codec.json;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A path such as {@code $.a['b'][0][*]}, as Hive and Spark's {@code get_json_object} understand it:
 * a wildcard gathers what it finds into an array, unless it finds one value only; nested arrays
 * under two wildcards are made flat.
 */
public final class JsonPath {
  private sealed interface Step {}

  private record Name(byte[] name) implements Step {}

  private record Index(long index) implements Step {}

  private enum Every implements Step {
    ELEMENT,
    FIELD
  }

  /**
   * How a value is put: a lone string without quotes, a value of an array with them, elements of
   * arrays one by one.
   */
  private enum Style {
    RAW,
    QUOTED,
    FLAT
  }

  private final List<Step> steps;

  private JsonPath(List<Step> steps) {
    this.steps = steps;
  }

  /** The path, or null if the text is none. */
  public static @Nullable JsonPath parse(String text) {
    if (!text.startsWith("$")) {
      return null;
    }
    List<Step> steps = new ArrayList<>();
    int at = 1;
    while (at < text.length()) {
      if (text.startsWith(".*", at) || text.startsWith("['*']", at)) {
        steps.add(Every.FIELD);
        at += text.charAt(at) == '.' ? 2 : 5;
        continue;
      }
      int end;
      if (text.charAt(at) == '.') {
        end = at + 1;
        while (end < text.length() && text.charAt(end) != '.' && text.charAt(end) != '[') {
          end++;
        }
        if (end == at + 1) {
          return null;
        }
        steps.add(new Name(text.substring(at + 1, end).getBytes(StandardCharsets.UTF_8)));
      } else if (text.startsWith("['", at)) {
        end = text.indexOf('\'', at + 2);
        if (end <= at + 2 || !text.startsWith("]", end + 1)) {
          return null;
        }
        steps.add(new Name(text.substring(at + 2, end).getBytes(StandardCharsets.UTF_8)));
        end += 2;
      } else if (text.startsWith("[*]", at)) {
        steps.add(Every.ELEMENT);
        end = at + 3;
      } else {
        end = text.indexOf(']', at);
        if (text.charAt(at) != '[' || end <= at + 1 || end > at + 19) {
          return null;
        }
        String digits = text.substring(at + 1, end);
        if (!digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
          return null;
        }
        steps.add(new Index(Long.parseLong(digits)));
        end++;
      }
      at = end;
    }
    return new JsonPath(steps);
  }

  /** Puts what stands at the path; false if nothing does. */
  boolean evaluate(JsonReader reader, JsonOutput out) {
    return evaluate(reader, out, Style.RAW, 0, 0);
  }

  private boolean isElement(int step) {
    return step < steps.size() && steps.get(step) == Every.ELEMENT;
  }

  private boolean evaluate(JsonReader reader, JsonOutput out, Style style, int step, int depth) {
    int first = reader.peek();
    if (step == steps.size()) {
      return leaf(reader, out, style, first, depth);
    }
    Step next = steps.get(step);
    if (first == '{' && next instanceof Name name) {
      return field(reader, out, style, step, depth, name);
    }
    if (first == '[' && next instanceof Index index) {
      // Before a wildcard there may be several results, which then stand in an array.
      Style inner = isElement(step + 1) ? Style.QUOTED : style;
      return element(reader, out, inner, step, depth, index.index());
    }
    if (first == '[' && next == Every.ELEMENT) {
      if (isElement(step + 1)) {
        return gather(reader, out, Style.FLAT, step + 2, depth);
      }
      return style == Style.QUOTED
          ? gather(reader, out, Style.QUOTED, step + 1, depth)
          : gatherUnlessOne(
              reader, out, style == Style.RAW ? Style.QUOTED : Style.FLAT, step + 1, depth);
    }
    reader.skip(depth);
    return false;
  }

  private boolean leaf(JsonReader reader, JsonOutput out, Style style, int first, int depth) {
    if (reader.isString(first) && style == Style.RAW) {
      reader.string();
      if (reader.text == reader.data) {
        out.slice(reader.text, reader.textStart, reader.textLength);
      } else {
        out.raw(reader.text, reader.textStart, reader.textLength);
      }
      return true;
    }
    if (first == '[' && style == Style.FLAT) {
      boolean found = false;
      reader.beginNested(depth);
      for (boolean more = reader.firstOf(']'); more; more = reader.nextOf(']')) {
        found |= evaluate(reader, out, style, steps.size(), depth + 1);
      }
      return found;
    }
    JsonScan.copy(reader, out, depth);
    return true;
  }

  /**
   * The first field of that name that is not null and in which something stands at the rest of the
   * path.
   */
  private boolean field(
      JsonReader reader, JsonOutput out, Style style, int step, int depth, Name wanted) {
    boolean found = false;
    reader.beginNested(depth);
    for (boolean more = reader.firstOf('}'); more; more = reader.nextOf('}')) {
      reader.name();
      if (!found && reader.isText(wanted.name()) && reader.peek() != 'n') {
        found = evaluate(reader, out, style, step + 1, depth + 1);
      } else {
        reader.skip(depth + 1);
      }
    }
    return found;
  }

  private boolean element(
      JsonReader reader, JsonOutput out, Style style, int step, int depth, long wanted) {
    boolean found = false;
    reader.beginNested(depth);
    long index = 0;
    for (boolean more = reader.firstOf(']'); more; more = reader.nextOf(']')) {
      if (index++ == wanted) {
        found = evaluate(reader, out, style, step + 1, depth + 1);
      } else {
        reader.skip(depth + 1);
      }
    }
    return found;
  }

  private boolean gather(JsonReader reader, JsonOutput out, Style style, int step, int depth) {
    boolean found = false;
    out.begin('[');
    reader.beginNested(depth);
    for (boolean more = reader.firstOf(']'); more; more = reader.nextOf(']')) {
      found |= evaluate(reader, out, style, step, depth + 1);
    }
    out.end(']');
    return found;
  }

  private boolean gatherUnlessOne(
      JsonReader reader, JsonOutput out, Style style, int step, int depth) {
    JsonOutput gathered = new JsonOutput();
    gathered.begin('[');
    int count = 0;
    reader.beginNested(depth);
    for (boolean more = reader.firstOf(']'); more; more = reader.nextOf(']')) {
      count += evaluate(reader, gathered, style, step, depth + 1) ? 1 : 0;
    }
    gathered.end(']');
    if (count > 1) {
      out.raw(gathered.data(), 0, gathered.size());
    } else if (count == 1) {
      out.raw(gathered.data(), 1, gathered.size() - 2);
    }
    return count > 0;
  }
}
