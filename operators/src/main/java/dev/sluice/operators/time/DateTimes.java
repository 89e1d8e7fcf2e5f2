package dev.sluice.operators.time;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * Dates and timestamps as text in the form of Spark's casts, on bytes. A date is days since
 * 1970-01-01; a timestamp is microseconds since 1970-01-01 00:00 UTC, without time zone
 * microseconds since 1970-01-01 00:00 of the wall clock.
 */
public final class DateTimes {
  /** What a text that is no timestamp gives. */
  public static final long INVALID = Long.MIN_VALUE;

  /** What a text that is no date gives. */
  public static final int INVALID_DATE = Integer.MIN_VALUE;

  /** The bytes that {@code format...} may need. */
  public static final int MAX_LENGTH = 40;

  public static final long MICROS_PER_SECOND = 1_000_000L;
  public static final long MICROS_PER_MINUTE = 60 * MICROS_PER_SECOND;
  public static final long MICROS_PER_HOUR = 60 * MICROS_PER_MINUTE;
  public static final long MICROS_PER_DAY = 24 * MICROS_PER_HOUR;

  private static final byte[] PAIRS = pairs();

  private DateTimes() {}

  private static byte[] pairs() {
    byte[] pairs = new byte[200];
    for (int i = 0; i < 100; i++) {
      pairs[2 * i] = (byte) ('0' + i / 10);
      pairs[2 * i + 1] = (byte) ('0' + i % 10);
    }
    return pairs;
  }

  /**
   * The date in a text: {@code [+-]yyyy[y..]}, {@code -[m]m}, {@code -[d]d}, then anything after a
   * blank or {@code T}. Blanks and control characters around it do not count. {@link #INVALID_DATE}
   * for any other text.
   */
  public static int parseDate(byte[] data, int start, int length) {
    if (length >= 10) {
      int days = plainDate(data, start);
      if (days != INVALID_DATE
          && (length == 10 || data[start + 10] == ' ' || data[start + 10] == 'T')) {
        return days;
      }
    }
    int from = trimmedStart(data, start, start + length);
    int end = trimmedEnd(data, from, start + length);
    if (from == end) {
      return INVALID_DATE;
    }
    boolean negative = data[from] == '-';
    int at = negative || data[from] == '+' ? from + 1 : from;
    int year = 0;
    int month = 1;
    int segment = 0;
    int value = 0;
    int digits = 0;
    for (; at < end && data[at] != ' ' && data[at] != 'T'; at++) {
      byte b = data[at];
      if (b == '-' && segment < 2) {
        if (!dateDigits(segment, digits)) {
          return INVALID_DATE;
        }
        if (segment == 0) {
          year = value;
        } else {
          month = value;
        }
        segment++;
        value = 0;
        digits = 0;
      } else if (b >= '0' && b <= '9' && digits < 7) {
        value = value * 10 + (b - '0');
        digits++;
      } else {
        return INVALID_DATE;
      }
    }
    if (!dateDigits(segment, digits) || (segment < 2 && at < end)) {
      return INVALID_DATE;
    }
    int day = 1;
    switch (segment) {
      case 0 -> year = value;
      case 1 -> month = value;
      default -> day = value;
    }
    return date(negative ? -year : year, month, day);
  }

  private static boolean dateDigits(int segment, int digits) {
    return segment == 0 ? digits >= 4 && digits <= 7 : digits > 0 && digits <= 2;
  }

  /** Days since 1970, or {@link #INVALID_DATE} if there is no such date, or none that fits. */
  public static int date(int year, int month, int day) {
    if (!CivilDate.isValid(year, month, day)) {
      return INVALID_DATE;
    }
    long days = CivilDate.toDays(year, month, day);
    return days == (int) days ? (int) days : INVALID_DATE;
  }

  /** The date of exactly {@code yyyy-MM-dd} at the start; ten bytes must be there. */
  private static int plainDate(byte[] d, int at) {
    int y1 = d[at] - '0';
    int y2 = d[at + 1] - '0';
    int y3 = d[at + 2] - '0';
    int y4 = d[at + 3] - '0';
    int m1 = d[at + 5] - '0';
    int m2 = d[at + 6] - '0';
    int d1 = d[at + 8] - '0';
    int d2 = d[at + 9] - '0';
    // A negative term, of either kind, tells that one of the bytes is no digit.
    int low = y1 | y2 | y3 | y4 | m1 | m2 | d1 | d2;
    int high =
        (9 - y1) | (9 - y2) | (9 - y3) | (9 - y4) | (9 - m1) | (9 - m2) | (9 - d1) | (9 - d2);
    if ((low | high) < 0 || d[at + 4] != '-' || d[at + 7] != '-') {
      return INVALID_DATE;
    }
    return date(y1 * 1000 + y2 * 100 + y3 * 10 + y4, m1 * 10 + m2, d1 * 10 + d2);
  }

  /** Microseconds of exactly {@code HH:mm:ss} at the start; eight bytes must be there. */
  private static long plainTime(byte[] d, int at) {
    int h1 = d[at] - '0';
    int h2 = d[at + 1] - '0';
    int m1 = d[at + 3] - '0';
    int m2 = d[at + 4] - '0';
    int s1 = d[at + 6] - '0';
    int s2 = d[at + 7] - '0';
    int low = h1 | h2 | m1 | m2 | s1 | s2;
    int high = (9 - h1) | (9 - h2) | (9 - m1) | (9 - m2) | (9 - s1) | (9 - s2);
    if ((low | high) < 0 || d[at + 2] != ':' || d[at + 5] != ':') {
      return INVALID;
    }
    return microsOfDay(h1 * 10 + h2, m1 * 10 + m2, s1 * 10 + s2, 0);
  }

  /** Microseconds since midnight, or {@link #INVALID} if a field is out of its range. */
  public static long microsOfDay(int hour, int minute, int second, int micros) {
    if ((hour | minute | second | (23 - hour) | (59 - minute) | (59 - second)) < 0) {
      return INVALID;
    }
    return (hour * 3600L + minute * 60 + second) * MICROS_PER_SECOND + micros;
  }

  /**
   * The timestamp in a text, as the cast from string takes it; the zone applies where the text
   * names none. A time without a date means today by the machine's clock. {@link #INVALID} for any
   * other text.
   */
  public static long parseTimestamp(byte[] data, int start, int length, ZoneId zone) {
    return parseTimestamp(data, start, length, ZoneShift.of(zone), INVALID);
  }

  /**
   * As {@link #parseTimestamp(byte[], int, int, ZoneId)} for many texts of one zone; {@code
   * nowMicros} says what day a time without a date belongs to ({@link #INVALID}: ask the machine's
   * clock).
   */
  public static long parseTimestamp(
      byte[] data, int start, int length, ZoneShift zone, long nowMicros) {
    if (length >= 19) {
      long local = plainLocal(data, start);
      if (local != INVALID) {
        if (length == 19) {
          return instant(local, zone);
        }
        long micros = plainTail(data, start + 19, start + length, local, zone);
        if (micros != INVALID) {
          return micros;
        }
      }
    } else if (length == 10) {
      int days = plainDate(data, start);
      if (days != INVALID_DATE) {
        return instant(days * MICROS_PER_DAY, zone);
      }
    }
    TimestampText text = read(data, start, length);
    if (text == null) {
      return INVALID;
    }
    long time = text.microsOfDay();
    ZoneId named = text.zone();
    ZoneShift shift = named == null ? zone : ZoneShift.of(named);
    long days = text.timeOnly() ? today(shift, nowMicros) : text.days();
    if (time == INVALID || days == INVALID) {
      return INVALID;
    }
    try {
      return shift.fromLocal(Math.addExact(Math.multiplyExact(days, MICROS_PER_DAY), time));
    } catch (ArithmeticException e) {
      return INVALID;
    }
  }

  /**
   * The timestamp without time zone in a text; a zone in the text must be one, and is ignored. A
   * time without a date is {@link #INVALID}.
   */
  public static long parseTimestampNtz(byte[] data, int start, int length) {
    return parseTimestampNtz(data, start, length, true);
  }

  /**
   * As {@link #parseTimestampNtz(byte[], int, int)}; with a zone {@link #INVALID} unless allowed.
   */
  public static long parseTimestampNtz(byte[] data, int start, int length, boolean allowZone) {
    if (length == 19) {
      long local = plainLocal(data, start);
      if (local != INVALID) {
        return local;
      }
    }
    TimestampText text = read(data, start, length);
    if (text == null || text.timeOnly() || (text.zone() != null && !allowZone)) {
      return INVALID;
    }
    long time = text.microsOfDay();
    long days = text.days();
    if (time == INVALID || days == INVALID) {
      return INVALID;
    }
    try {
      return Math.addExact(Math.multiplyExact(days, MICROS_PER_DAY), time);
    } catch (ArithmeticException e) {
      return INVALID;
    }
  }

  private static @Nullable TimestampText read(byte[] data, int start, int length) {
    int from = trimmedStart(data, start, start + length);
    int end = trimmedEnd(data, from, start + length);
    TimestampText text = new TimestampText();
    return from < end && text.read(data, from, end, from > start) ? text : null;
  }

  private static long today(ZoneShift zone, long nowMicros) {
    long now = nowMicros == INVALID ? Instant.now().toEpochMilli() * 1000 : nowMicros;
    return Math.floorDiv(zone.toLocal(now), MICROS_PER_DAY);
  }

  private static long plainLocal(byte[] data, int start) {
    byte separator = data[start + 10];
    if (separator != ' ' && separator != 'T') {
      return INVALID;
    }
    int days = plainDate(data, start);
    long time = plainTime(data, start + 11);
    return days == INVALID_DATE || time == INVALID ? INVALID : days * MICROS_PER_DAY + time;
  }

  private static long instant(long local, ZoneShift zone) {
    return zone.fromLocal(local);
  }

  /** What may follow the seconds in the common form: a fraction, then {@code Z} or an offset. */
  private static long plainTail(byte[] data, int from, int end, long local, ZoneShift zone) {
    int at = from;
    long micros = local;
    if (data[at] == '.') {
      at++;
      int unit = 100_000;
      for (; at < end; at++) {
        int digit = data[at] - '0';
        if ((digit | (9 - digit)) < 0) {
          break;
        }
        micros += (long) digit * unit;
        unit /= 10;
      }
    }
    if (at == end) {
      return instant(micros, zone);
    }
    if (data[at] == 'Z' && at + 1 == end) {
      return micros;
    }
    if ((data[at] != '+' && data[at] != '-') || at + 6 != end || data[at + 3] != ':') {
      return INVALID;
    }
    int h1 = data[at + 1] - '0';
    int h2 = data[at + 2] - '0';
    int m1 = data[at + 4] - '0';
    int m2 = data[at + 5] - '0';
    int hours = h1 * 10 + h2;
    int minutes = m1 * 10 + m2;
    if ((h1 | h2 | m1 | m2 | (9 - h2) | (5 - m1) | (9 - m2) | (17 - hours)) < 0) {
      return INVALID;
    }
    long offset = (hours * 60L + minutes) * MICROS_PER_MINUTE;
    return data[at] == '+' ? micros - offset : micros + offset;
  }

  private static int trimmedStart(byte[] data, int from, int end) {
    int at = from;
    while (at < end && isBlank(data[at])) {
      at++;
    }
    return at;
  }

  private static int trimmedEnd(byte[] data, int from, int end) {
    int at = end;
    while (at > from && isBlank(data[at - 1])) {
      at--;
    }
    return at;
  }

  private static boolean isBlank(byte b) {
    return (b >= 0 && b <= ' ') || b == 0x7F;
  }

  /** As {@link #parseDate(byte[], int, int)}. */
  public static int parseDate(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return parseDate(bytes, 0, bytes.length);
  }

  /** As {@link #parseTimestamp(byte[], int, int, ZoneId)}. */
  public static long parseTimestamp(String text, ZoneId zone) {
    byte[] bytes = text.getBytes(UTF_8);
    return parseTimestamp(bytes, 0, bytes.length, zone);
  }

  /** As {@link #parseTimestampNtz(byte[], int, int)}. */
  public static long parseTimestampNtz(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return parseTimestampNtz(bytes, 0, bytes.length);
  }

  /**
   * Writes {@code yyyy-MM-dd}; a year above 9999 has a plus, one before the year 0 a minus. Gives
   * where it ends; at most {@link #MAX_LENGTH} bytes are written.
   */
  public static int formatDate(int days, byte[] out, int at) {
    return putDate(days, out, at);
  }

  private static int putDate(long days, byte[] out, int start) {
    long decoded = CivilDate.decode(days);
    int at = putYear(CivilDate.year(decoded), out, start);
    out[at] = '-';
    putTwo(CivilDate.month(decoded), out, at + 1);
    out[at + 3] = '-';
    putTwo(CivilDate.day(decoded), out, at + 4);
    return at + 6;
  }

  private static int putYear(int year, byte[] out, int start) {
    int at = start;
    int rest = year;
    if (year < 0) {
      out[at++] = '-';
      rest = -year;
    } else if (year > 9999) {
      out[at++] = '+';
    }
    if (rest > 9999) {
      byte[] digits = Integer.toString(rest).getBytes(US_ASCII);
      System.arraycopy(digits, 0, out, at, digits.length);
      return at + digits.length;
    }
    putTwo(rest / 100, out, at);
    putTwo(rest % 100, out, at + 2);
    return at + 4;
  }

  /** Writes a number of 0 to 99 as two digits. */
  static void putTwo(int value, byte[] out, int at) {
    out[at] = PAIRS[2 * value];
    out[at + 1] = PAIRS[2 * value + 1];
  }

  /**
   * Writes {@code yyyy-MM-dd HH:mm:ss[.ffffff]} of the wall clock of a zone, without the zeros at
   * the end of the fraction: the cast to string. Gives where it ends.
   */
  public static int formatTimestamp(long micros, ZoneId zone, byte[] out, int at) {
    return formatTimestamp(micros, ZoneShift.of(zone), out, at);
  }

  /** As {@link #formatTimestamp(long, ZoneId, byte[], int)}, for many values of one zone. */
  public static int formatTimestamp(long micros, ZoneShift zone, byte[] out, int at) {
    return formatTimestampNtz(zone.toLocal(micros), out, at);
  }

  /** As {@link #formatTimestamp(long, ZoneId, byte[], int)}, for a time without zone. */
  public static int formatTimestampNtz(long micros, byte[] out, int start) {
    long days = Math.floorDiv(micros, MICROS_PER_DAY);
    long time = micros - days * MICROS_PER_DAY;
    int at = putDate(days, out, start);
    out[at] = ' ';
    int seconds = (int) (time / MICROS_PER_SECOND);
    putTwo(seconds / 3600, out, at + 1);
    out[at + 3] = ':';
    putTwo(seconds / 60 % 60, out, at + 4);
    out[at + 6] = ':';
    putTwo(seconds % 60, out, at + 7);
    return putFraction((int) (time % MICROS_PER_SECOND), out, at + 9);
  }

  /** Writes a point and the fraction without zeros at the end; nothing for 0. */
  static int putFraction(int micros, byte[] out, int start) {
    if (micros == 0) {
      return start;
    }
    out[start] = '.';
    putTwo(micros / 10_000, out, start + 1);
    putTwo(micros / 100 % 100, out, start + 3);
    putTwo(micros % 100, out, start + 5);
    int at = start + 7;
    while (out[at - 1] == '0') {
      at--;
    }
    return at;
  }

  /** As {@link #formatDate(int, byte[], int)}. */
  public static String formatDate(int days) {
    byte[] out = new byte[MAX_LENGTH];
    return new String(out, 0, formatDate(days, out, 0), US_ASCII);
  }

  /** As {@link #formatTimestamp(long, ZoneId, byte[], int)}. */
  public static String formatTimestamp(long micros, ZoneId zone) {
    byte[] out = new byte[MAX_LENGTH];
    return new String(out, 0, formatTimestamp(micros, zone, out, 0), US_ASCII);
  }

  /** As {@link #formatTimestampNtz(long, byte[], int)}. */
  public static String formatTimestampNtz(long micros) {
    byte[] out = new byte[MAX_LENGTH];
    return new String(out, 0, formatTimestampNtz(micros, out, 0), US_ASCII);
  }

  /** The day of a timestamp on the wall clock of a zone. */
  public static int toDays(long micros, ZoneShift zone) {
    return (int) Math.floorDiv(zone.toLocal(micros), MICROS_PER_DAY);
  }

  /** Midnight of a day on the wall clock of a zone; throws ArithmeticException out of range. */
  public static long fromDays(int days, ZoneShift zone) {
    return zone.fromLocal(Math.multiplyExact(days, MICROS_PER_DAY));
  }
}
