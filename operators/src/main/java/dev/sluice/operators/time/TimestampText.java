package dev.sluice.operators.time;

import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * Reads every form that Spark's cast from string to timestamp takes: one byte at a time through the
 * segments year, month, day, hour, minute, second, fraction and zone. The common form never comes
 * here. One use each.
 */
final class TimestampText {
  private static final int YEAR = 0;
  private static final int DAY = 2;
  private static final int HOUR = 3;
  private static final int MINUTE = 4;
  private static final int SECOND = 5;
  private static final int FRACTION = 6;
  private static final int ZONE = 7;

  private final int[] segments = {1, 1, 1, 0, 0, 0, 0, 0};
  private int segment;
  private int value;
  private int digits;
  private boolean timeOnly;
  private @Nullable ZoneId zone;

  /** The time without a date, such as {@code 12:30}: the date is for the caller to add. */
  boolean timeOnly() {
    return timeOnly;
  }

  /** The zone that the text names. */
  @Nullable ZoneId zone() {
    return zone;
  }

  /** Microseconds since midnight; {@link DateTimes#INVALID} if there is no such time. */
  long microsOfDay() {
    return DateTimes.microsOfDay(
        segments[HOUR], segments[MINUTE], segments[SECOND], segments[FRACTION]);
  }

  /** Days since 1970; {@link DateTimes#INVALID} if there is no such date. */
  long days() {
    if (!CivilDate.isValid(segments[YEAR], segments[1], segments[DAY])) {
      return DateTimes.INVALID;
    }
    return CivilDate.toDays(segments[YEAR], segments[1], segments[DAY]);
  }

  /** False if the text has none of the forms. {@code start..end} is trimmed, and not empty. */
  boolean read(byte[] data, int start, int end, boolean leadingBlanks) {
    int at = start;
    int sign = 0;
    if (data[at] == '-' || data[at] == '+') {
      sign = data[at] == '-' ? -1 : 1;
      at++;
    }
    int fractionDigits = 0;
    for (; at < end; at++) {
      byte b = data[at];
      if (b >= '0' && b <= '9') {
        fractionDigits += segment == FRACTION ? 1 : 0;
        if (segment != FRACTION || digits < 6) {
          value = value * 10 + (b - '0');
        }
        digits++;
      } else if (at == start && b == 'T' && !leadingBlanks) {
        timeOnly = true;
        segment = HOUR;
      } else if (segment == SECOND && b == '.') {
        if (!endSegment()) {
          return false;
        }
      } else if (segment == SECOND || segment == FRACTION) {
        if (!endSegment() || !readZone(data, at, end)) {
          return false;
        }
        segment = ZONE;
        at = end;
      } else if (!separator(b, sign)) {
        return false;
      }
    }
    if (!fits()) {
      return false;
    }
    segments[segment] = value;
    for (; fractionDigits < 6; fractionDigits++) {
      segments[FRACTION] *= 10;
    }
    if (sign < 0) {
      segments[YEAR] = -segments[YEAR];
    }
    return true;
  }

  private boolean separator(byte b, int sign) {
    boolean expected =
        switch (segment) {
          case 0, 1 -> b == '-';
          case DAY -> b == ' ' || b == 'T';
          case HOUR, MINUTE -> b == ':';
          default -> false;
        };
    if (expected) {
      return endSegment();
    }
    if (segment == YEAR && b == ':' && sign == 0) {
      timeOnly = true;
      segment = HOUR;
      return endSegment();
    }
    return false;
  }

  private boolean endSegment() {
    if (!fits()) {
      return false;
    }
    segments[segment++] = value;
    value = 0;
    digits = 0;
    return true;
  }

  private boolean fits() {
    return switch (segment) {
      case YEAR -> digits >= 4 && digits <= 6;
      case FRACTION -> true;
      case ZONE -> digits <= 2;
      default -> digits > 0 && digits <= 2;
    };
  }

  private boolean readZone(byte[] data, int from, int end) {
    zone = Zones.find(new String(data, from, end - from, StandardCharsets.UTF_8).trim());
    return zone != null;
  }
}
