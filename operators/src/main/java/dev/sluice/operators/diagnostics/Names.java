package dev.sluice.operators.diagnostics;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds what the user probably meant. */
public final class Names {
  private Names() {}

  /** The candidate nearest to the word, if one is near enough to be a likely slip. */
  public static Optional<String> nearest(String word, Collection<String> candidates) {
    String best = null;
    // A word of which no letter is kept is no slip.
    int bestDistance = Math.min(Math.max(2, word.length() / 3) + 1, word.length());
    for (String candidate : candidates) {
      int distance = distance(word.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
      if (distance < bestDistance) {
        bestDistance = distance;
        best = candidate;
      }
    }
    return Optional.ofNullable(best);
  }

  /** The remedy for an unknown name: the nearest one, else the list of all. */
  public static String suggestion(String word, Collection<String> candidates) {
    return nearest(word, candidates)
        .map(name -> "did you mean '" + name + "'?")
        .orElseGet(
            () ->
                candidates.isEmpty()
                    ? "none is available"
                    : "available: " + String.join(", ", candidates));
  }

  /** A choice in words: {@code a, b or c}. */
  public static String either(List<String> names) {
    int last = names.size() - 1;
    return last < 1
        ? String.join("", names)
        : String.join(", ", names.subList(0, last)) + " or " + names.get(last);
  }

  /** Whether one edit makes one word of the other, case ignored. */
  public static boolean isOneSlip(String a, String b) {
    return distance(a.toLowerCase(Locale.ROOT), b.toLowerCase(Locale.ROOT)) == 1;
  }

  /** Edits (insert, delete, replace, swap of neighbours) from one word to the other. */
  static int distance(String a, String b) {
    int[] beforePrevious = new int[b.length() + 1];
    int[] previous = new int[b.length() + 1];
    int[] current = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replace = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(replace, Math.min(previous[j], current[j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          current[j] = Math.min(current[j], beforePrevious[j - 2] + 1);
        }
      }
      int[] spare = beforePrevious;
      beforePrevious = previous;
      previous = current;
      current = spare;
    }
    return previous[b.length()];
  }
}
