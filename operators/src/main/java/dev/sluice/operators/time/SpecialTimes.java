package dev.sluice.operators.time;

import java.time.ZoneId;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The words that stand for a time in typed literals, as Spark has them: {@code epoch}, {@code now},
 * {@code today}, {@code tomorrow}, {@code yesterday}, in any case, with or without the name of a
 * time zone after them. Casts of columns do not know them.
 */
public final class SpecialTimes {
  private SpecialTimes() {}

  /**
   * Microseconds since 1970 UTC, or {@link DateTimes#INVALID} for any other text. {@code session}
   * is the zone where the text names none.
   */
  public static long timestamp(String text, ZoneId session, long nowMicros) {
    String trimmed = text.trim();
    int end = 0;
    while (end < trimmed.length() && Character.isLetter(trimmed.charAt(end))) {
      end++;
    }
    ZoneId zone = zone(trimmed.substring(end).trim(), session);
    if (zone == null) {
      return DateTimes.INVALID;
    }
    ZoneShift shift = ZoneShift.of(zone);
    return switch (trimmed.substring(0, end).toLowerCase(Locale.ROOT)) {
      case "epoch" -> 0L;
      case "now" -> nowMicros;
      case "today" -> midnight(nowMicros, 0, shift);
      case "tomorrow" -> midnight(nowMicros, 1, shift);
      case "yesterday" -> midnight(nowMicros, -1, shift);
      default -> DateTimes.INVALID;
    };
  }

  /** Days since 1970, or {@link DateTimes#INVALID_DATE}; see {@link #timestamp}. */
  public static int date(String text, ZoneId session, long nowMicros) {
    long micros = timestamp(text, session, nowMicros);
    if (micros == DateTimes.INVALID) {
      return DateTimes.INVALID_DATE;
    }
    return micros == 0L ? 0 : DateTimes.toDays(micros, ZoneShift.of(session));
  }

  private static @Nullable ZoneId zone(String name, ZoneId session) {
    return name.isEmpty() ? session : Zones.find(name);
  }

  private static long midnight(long nowMicros, int days, ZoneShift zone) {
    return DateTimes.fromDays(DateTimes.toDays(nowMicros, zone) + days, zone);
  }
}
