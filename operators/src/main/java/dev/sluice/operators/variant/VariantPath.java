package dev.sluice.operators.variant;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A path such as {@code $.a['b'][0]} into a variant. There are no wildcards, and names are compared
 * with case. Immutable.
 */
public final class VariantPath {
  private record Step(byte @Nullable [] name, int index) {}

  private final List<Step> steps;

  private VariantPath(List<Step> steps) {
    this.steps = steps;
  }

  /** The path, or null if the text is none. */
  public static @Nullable VariantPath parse(String text) {
    if (!text.startsWith("$")) {
      return null;
    }
    List<Step> steps = new ArrayList<>();
    int at = 1;
    while (at < text.length()) {
      int end;
      if (text.charAt(at) == '.') {
        end = at + 1;
        while (end < text.length() && text.charAt(end) != '.' && text.charAt(end) != '[') {
          end++;
        }
        if (end == at + 1) {
          return null;
        }
        steps.add(name(text.substring(at + 1, end)));
      } else if (text.startsWith("['", at) || text.startsWith("[\"", at)) {
        end = text.indexOf(text.charAt(at + 1), at + 2);
        if (end <= at + 2 || !text.startsWith("]", end + 1)) {
          return null;
        }
        steps.add(name(text.substring(at + 2, end)));
        end += 2;
      } else {
        end = text.indexOf(']', at);
        if (text.charAt(at) != '[' || end <= at + 1) {
          return null;
        }
        int index = index(text.substring(at + 1, end));
        if (index < 0) {
          return null;
        }
        steps.add(new Step(null, index));
        end++;
      }
      at = end;
    }
    return new VariantPath(steps);
  }

  private static Step name(String name) {
    return new Step(name.getBytes(StandardCharsets.UTF_8), -1);
  }

  /** The index that the digits say; -1 if they are none, or too many. */
  private static int index(String digits) {
    if (digits.length() > 10 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return -1;
    }
    long index = Long.parseLong(digits);
    return index > Integer.MAX_VALUE ? -1 : (int) index;
  }

  /** What stands there, null if nothing does. */
  public @Nullable Variant find(Variant in) {
    Variant found = in;
    for (Step step : steps) {
      Variant next = null;
      if (step.name() != null) {
        next = found.kind() == Variant.Kind.OBJECT ? found.field(step.name()) : null;
      } else if (found.kind() == Variant.Kind.ARRAY && step.index() < found.size()) {
        next = found.item(step.index());
      }
      if (next == null) {
        return null;
      }
      found = next;
    }
    return found;
  }
}
