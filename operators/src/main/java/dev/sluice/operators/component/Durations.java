package dev.sluice.operators.component;

import java.math.BigDecimal;
import java.math.BigInteger;
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
  private static final Map<String, Long> MICROS =
      Map.ofEntries(
          Map.entry("", 1_000L),
          Map.entry("us", 1L),
          Map.entry("microsecond", 1L),
          Map.entry("ms", 1_000L),
          Map.entry("millisecond", 1_000L),
          Map.entry("s", 1_000_000L),
          Map.entry("sec", 1_000_000L),
          Map.entry("second", 1_000_000L),
          Map.entry("m", 60_000_000L),
          Map.entry("min", 60_000_000L),
          Map.entry("minute", 60_000_000L),
          Map.entry("h", 3_600_000_000L),
          Map.entry("hour", 3_600_000_000L),
          Map.entry("d", 86_400_000_000L),
          Map.entry("day", 86_400_000_000L),
          Map.entry("week", 604_800_000_000L));

  private Durations() {}

  /**
   * Whole milliseconds, exactly; a bare number counts as such. Throws {@link
   * IllegalArgumentException} on anything else.
   */
  public static long millis(String text) {
    String rest = text.trim();
    if (rest.toLowerCase(Locale.ROOT).startsWith("interval ")) {
      rest = rest.substring("interval ".length()).replace("'", "");
    }
    BigDecimal total = BigDecimal.ZERO;
    int end = 0;
    Matcher term = TERM.matcher(rest);
    while (end < rest.length() && term.find(end) && term.start() == end) {
      String unit = term.group(2).toLowerCase(Locale.ROOT);
      Long factor =
          MICROS.get(
              unit.length() > 2 && unit.endsWith("s")
                  ? unit.substring(0, unit.length() - 1)
                  : unit);
      if (factor == null) {
        throw notATime(text);
      }
      total = total.add(new BigDecimal(term.group(1)).multiply(BigDecimal.valueOf(factor)));
      end = term.end();
    }
    if (rest.isEmpty() || end != rest.length()) {
      throw notATime(text);
    }
    BigInteger millis = total.movePointLeft(3).toBigInteger();
    if (millis.bitLength() > 63) {
      throw notATime(text);
    }
    return millis.longValue();
  }

  private static IllegalArgumentException notATime(String text) {
    return new IllegalArgumentException("'" + text + "' is not a length of time");
  }
}
