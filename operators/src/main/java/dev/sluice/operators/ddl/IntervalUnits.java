package dev.sluice.operators.ddl;

import dev.sluice.operators.diagnostics.Names;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The units of intervals, by their names in SQL. */
public final class IntervalUnits {
  private static final int SHORTEST = 3;

  private IntervalUnits() {}

  public static boolean isUnit(String word) {
    return unit(word) != null;
  }

  /** The name of a unit in capitals, singular; null if the word is none. */
  public static @Nullable String unit(String word) {
    String lower = word.toLowerCase(Locale.ROOT);
    return switch (lower.endsWith("s") && lower.length() > 1
        ? lower.substring(0, lower.length() - 1)
        : lower) {
      case "year" -> "YEAR";
      case "month" -> "MONTH";
      case "week" -> "WEEK";
      case "day" -> "DAY";
      case "hour" -> "HOUR";
      case "minute" -> "MINUTE";
      case "second" -> "SECOND";
      case "millisecond" -> "MILLISECOND";
      case "microsecond" -> "MICROSECOND";
      case "nanosecond" -> "NANOSECOND";
      default -> null;
    };
  }

  /** The unit that was meant, or all units. */
  public static String remedy(String word) {
    List<String> units =
        List.of(
            "YEARS",
            "MONTHS",
            "WEEKS",
            "DAYS",
            "HOURS",
            "MINUTES",
            "SECONDS",
            "MILLISECONDS",
            "MICROSECONDS");
    String upper = word.toUpperCase(Locale.ROOT);
    String start = upper.endsWith("S") ? upper.substring(0, upper.length() - 1) : upper;
    if (start.length() >= SHORTEST) {
      for (String unit : units) {
        if (unit.startsWith(start)) {
          return "did you mean " + unit + "?";
        }
      }
    }
    return Names.nearest(upper, units)
        .map(unit -> "did you mean " + unit + "?")
        .orElse("units are " + String.join(", ", units));
  }
}
