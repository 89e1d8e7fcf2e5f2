package dev.sluice.operators.time;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Times of day, in nanoseconds since midnight, as text in the form of Spark's casts: {@code
 * [T]h[h]:m[m][:s[s][.ffffff]]}, with or without {@code AM} or {@code PM} after it. Digits of the
 * fraction beyond the sixth are cut off.
 */
public final class TimesOfDay {
  /** What a text that is no time gives. */
  public static final long INVALID = Long.MIN_VALUE;

  public static final long NANOS_PER_MICRO = 1000L;
  public static final long NANOS_PER_SECOND = 1_000_000_000L;
  public static final long NANOS_PER_MINUTE = 60 * NANOS_PER_SECOND;
  public static final long NANOS_PER_HOUR = 60 * NANOS_PER_MINUTE;
  public static final long NANOS_PER_DAY = 24 * NANOS_PER_HOUR;

  private TimesOfDay() {}

  /** As {@link #parse(byte[], int, int)}. */
  public static long parse(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return parse(bytes, 0, bytes.length);
  }

  /** The time in a text; blanks around it do not count. {@link #INVALID} for any other text. */
  public static long parse(byte[] data, int start, int length) {
    int from = start;
    int end = start + length;
    while (from < end && isBlank(data[from])) {
      from++;
    }
    while (end > from && isBlank(data[end - 1])) {
      end--;
    }
    boolean half = end - from > 2 && (data[end - 1] | 0x20) == 'm';
    int letter = half ? data[end - 2] | 0x20 : 0;
    half = letter == 'a' || letter == 'p';
    if (half) {
      end -= 2;
      while (end > from && isBlank(data[end - 1])) {
        end--;
      }
    }
    TimestampText text = new TimestampText();
    if (from >= end
        || !text.read(data, from, end, from > start)
        || !text.timeOnly()
        || text.zone() != null) {
      return INVALID;
    }
    long micros = text.microsOfDay();
    if (micros == DateTimes.INVALID) {
      return INVALID;
    }
    if (half) {
      int hour = (int) (micros / DateTimes.MICROS_PER_HOUR);
      if (hour < 1 || hour > 12) {
        return INVALID;
      }
      int shifted = hour % 12 + (letter == 'p' ? 12 : 0);
      micros += (shifted - hour) * DateTimes.MICROS_PER_HOUR;
    }
    return micros * NANOS_PER_MICRO;
  }

  private static boolean isBlank(byte b) {
    return (b >= 0 && b <= ' ') || b == 0x7F;
  }

  /** The time without the digits of the second beyond {@code precision}. */
  public static long cut(long nanos, int precision) {
    return nanos - nanos % step(precision);
  }

  /** The nanoseconds from one time of that precision to the next. */
  private static long step(int precision) {
    long step = NANOS_PER_SECOND;
    for (int i = 0; i < precision; i++) {
      step /= 10;
    }
    return step;
  }

  /**
   * Writes {@code HH:mm:ss[.ffffff]} without the zeros at the end of the fraction, and gives where
   * it ends. At most {@link DateTimes#MAX_LENGTH} bytes are written.
   */
  public static int format(long nanos, byte[] out, int at) {
    int seconds = (int) (nanos / NANOS_PER_SECOND);
    DateTimes.putTwo(seconds / 3600, out, at);
    out[at + 2] = ':';
    DateTimes.putTwo(seconds / 60 % 60, out, at + 3);
    out[at + 5] = ':';
    DateTimes.putTwo(seconds % 60, out, at + 6);
    return DateTimes.putFraction((int) (nanos % NANOS_PER_SECOND / NANOS_PER_MICRO), out, at + 8);
  }

  /** As {@link #format(long, byte[], int)}. */
  public static String format(long nanos) {
    byte[] out = new byte[DateTimes.MAX_LENGTH];
    return new String(out, 0, format(nanos, out, 0), US_ASCII);
  }
}
