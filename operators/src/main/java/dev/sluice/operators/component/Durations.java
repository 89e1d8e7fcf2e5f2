package dev.sluice.operators.component;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lengths of time as Spark's options write them: {@code 7d}, {@code 100ms}, {@code 10 minutes},
 * {@code INTERVAL 1 HOUR}.
 */
public final class Durations {
  private static final Pattern TERM = Pattern.compile("\\s*([+-]?\\d+(?:\\.\\d+)?)\\s*([a-zA-Z]*)");
  private static final Map<String, Double> MILLIS =
      Map.ofEntries(
          Map.entry("", 1.0),
          Map.entry("us", 0.001),
          Map.entry("microsecond", 0.001),
          Map.entry("ms", 1.0),
          Map.entry("millisecond", 1.0),
          Map.entry("s", 1000.0),
          Map.entry("sec", 1000.0),
          Map.entry("second", 1000.0),
          Map.entry("m", 60_000.0),
          Map.entry("min", 60_000.0),
          Map.entry("minute", 60_000.0),
          Map.entry("h", 3_600_000.0),
          Map.entry("hour", 3_600_000.0),
          Map.entry("d", 86_400_000.0),
          Map.entry("day", 86_400_000.0),
          Map.entry("week", 604_800_000.0));

  private Durations() {}

  /**
   * Milliseconds; a bare number counts as such. Throws {@link IllegalArgumentException} on anything
   * else.
   */
  public static long millis(String text) {
    String rest = text.trim();
    if (rest.toLowerCase(Locale.ROOT).startsWith("interval ")) {
      rest = rest.substring("interval ".length()).replace("'", "");
    }
    double total = 0;
    int end = 0;
    Matcher term = TERM.matcher(rest);
    while (end < rest.length() && term.find(end) && term.start() == end) {
      String unit = term.group(2).toLowerCase(Locale.ROOT);
      Double factor =
          MILLIS.get(
              unit.length() > 2 && unit.endsWith("s")
                  ? unit.substring(0, unit.length() - 1)
                  : unit);
      if (factor == null) {
        throw notATime(text);
      }
      total += Double.parseDouble(term.group(1)) * factor;
      end = term.end();
    }
    if (rest.isEmpty() || end != rest.length()) {
      throw notATime(text);
    }
    return (long) total;
  }

  private static IllegalArgumentException notATime(String text) {
    return new IllegalArgumentException("'" + text + "' is not a length of time");
  }
}
