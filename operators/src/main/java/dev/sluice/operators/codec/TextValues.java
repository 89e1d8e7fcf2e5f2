package dev.sluice.operators.codec;

import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Numbers;
import dev.sluice.operators.time.DateTimePattern;
import dev.sluice.operators.time.DateTimes;
import dev.sluice.operators.time.Rebase;
import dev.sluice.operators.time.ZoneShift;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Values of the SQL types from their text in a file. Not thread-safe: one a decoder. A call that
 * finds no value sets {@link #failed}, or for {@link #numbers} its own flag.
 */
public final class TextValues {
  public final Numbers numbers = new Numbers();
  private final ZoneShift zone;
  private final boolean dateFallback;
  private final boolean timestampFallback;
  private final DateTimePattern.@Nullable Parser datePattern;
  private final DateTimePattern.@Nullable Parser timestampPattern;
  private final DateTimePattern.@Nullable Parser timestampNtzPattern;
  private boolean failed;

  public TextValues(TimeFormats formats) {
    this.zone = ZoneShift.of(formats.zone());
    this.dateFallback = formats.dateFallback();
    this.timestampFallback = formats.timestampFallback();
    this.datePattern = pattern(formats.date().orElse(null), formats);
    this.timestampPattern = pattern(formats.timestamp().orElse(null), formats);
    this.timestampNtzPattern = pattern(formats.timestampNtz().orElse(null), formats);
  }

  private static DateTimePattern.@Nullable Parser pattern(
      @Nullable String pattern, TimeFormats formats) {
    return pattern == null
        ? null
        : DateTimePattern.compileForParsing(pattern, formats.zone(), formats.locale()).parser();
  }

  /** Whether the last date or timestamp was none. */
  public boolean failed() {
    return failed;
  }

  /** Days since 1970. */
  public int date(byte[] data, int start, int length) {
    int days = DateTimes.INVALID_DATE;
    if (datePattern != null) {
      days = datePattern.parseDate(data, start, length);
    }
    if (datePattern == null || (days == DateTimes.INVALID_DATE && dateFallback)) {
      days = DateTimes.parseDate(data, start, length);
    }
    failed = days == DateTimes.INVALID_DATE;
    return days;
  }

  /**
   * As {@link #date}; a text that is none but a whole number is that many days since 1970 in the
   * old calendar, unless a pattern is to be kept to: Spark reads strings of JSON so.
   */
  public int dateOrDays(byte[] data, int start, int length) {
    int days = date(data, start, length);
    if (!failed || length > 11 || (datePattern != null && !dateFallback)) {
      return days;
    }
    try {
      int old = Integer.parseInt(new String(data, start, length, StandardCharsets.US_ASCII));
      failed = false;
      return Rebase.days(old);
    } catch (NumberFormatException e) {
      return days;
    }
  }

  /** Microseconds since 1970. */
  public long timestamp(byte[] data, int start, int length) {
    long micros = DateTimes.INVALID;
    if (timestampPattern != null) {
      micros = timestampPattern.parseTimestamp(data, start, length);
    }
    if (timestampPattern == null || (micros == DateTimes.INVALID && timestampFallback)) {
      micros = DateTimes.parseTimestamp(data, start, length, zone, DateTimes.INVALID);
    }
    failed = micros == DateTimes.INVALID;
    return micros;
  }

  /** Microseconds of the wall clock since 1970. */
  public long timestampNtz(byte[] data, int start, int length) {
    long micros =
        timestampNtzPattern != null
            ? timestampNtzPattern.parseTimestampNtz(data, start, length)
            : DateTimes.parseTimestampNtz(data, start, length, false);
    failed = micros == DateTimes.INVALID;
    return micros;
  }

  /** True if the bytes are that ASCII word in lower case, whatever their case. */
  public static boolean isWord(byte[] data, int start, int length, String word) {
    if (length != word.length()) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      byte b = data[start + i];
      int lower = b >= 'A' && b <= 'Z' ? b + 32 : b;
      if (lower != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Rounded half up to the type's scale; null if it has too many digits then. */
  public static @Nullable BigDecimal fit(BigDecimal value, DecimalType type) {
    BigDecimal scaled = value.setScale(type.scale(), RoundingMode.HALF_UP);
    return scaled.precision() > type.precision() && scaled.signum() != 0 ? null : scaled;
  }

  /**
   * A value of a rare type as an object in the form of {@link
   * dev.sluice.operators.data.Column#value}; null if the text is none.
   */
  public @Nullable Object other(DataType type, byte[] data, int start, int length) {
    if (type instanceof DecimalType decimal) {
      return numbers.bigDecimal(data, start, length, decimal.precision(), decimal.scale());
    }
    return IntervalValues.parse(type, new String(data, start, length, StandardCharsets.UTF_8));
  }
}
