package dev.sluice.operators.codec;

import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.variant.VariantWriter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.text.DecimalFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Texts of no declared type as values of VARIANT, as Spark's CSV and XML parsers make them: a whole
 * number, a decimal of up to 38 digits (also where it is written with an exponent), in CSV a date
 * or a timestamp, a boolean, and else the text as it is. Not thread-safe.
 */
public final class TextVariants {
  /** The kind that is tried first. */
  public static final int FIRST = 0;

  private static final int WHOLE = FIRST;
  private static final int DECIMAL = 1;
  private static final int DATE = 2;
  private static final int TIMESTAMP = 3;
  private static final int BOOLEAN = 4;
  private static final int TEXT = 5;

  /** No decimal of 38 digits is longer, but for zeros in front. */
  private static final int LONGEST_NUMBER = 1000;

  private final TextValues values;
  private final @Nullable DecimalFormat localDecimals;
  private final boolean times;
  private final boolean dates;
  private final boolean anyDate;

  private TextVariants(TimeFormats formats, boolean times, boolean dates, Locale locale) {
    this.values = new TextValues(formats);
    this.localDecimals = LocalDecimals.of(locale);
    this.times = times;
    this.dates = dates;
    this.anyDate = formats.date().isPresent();
  }

  /**
   * Fields of CSV. A pattern that is given counts alone, whatever the formats say of falling back.
   *
   * @param preferDate whether dates are told from timestamps
   */
  public static TextVariants ofCsv(TimeFormats formats, boolean preferDate, Locale locale) {
    TimeFormats strict =
        new TimeFormats(
            formats.date(),
            formats.timestamp(),
            formats.timestampNtz(),
            formats.date().isEmpty(),
            formats.timestamp().isEmpty(),
            formats.zone(),
            formats.locale());
    return new TextVariants(strict, true, preferDate, locale);
  }

  /** Texts and attributes of XML, where dates and timestamps stay texts. */
  public static TextVariants ofXml(TimeFormats formats, Locale locale) {
    return new TextVariants(formats, false, false, locale);
  }

  /**
   * Puts the value of a text (UTF-8), and gives its kind. Kinds before {@code from} are not tried:
   * in Spark a column of a file never goes back to one, so that below a text all are texts.
   */
  public int put(byte[] data, int start, int length, int from, VariantWriter out) {
    if (from <= DECIMAL && mayBeNumber(data, start, length)) {
      if (from <= WHOLE) {
        long whole = values.numbers.integer(data, start, length, Long.MIN_VALUE, Long.MAX_VALUE);
        if (!values.numbers.failed) {
          out.putLong(whole);
          return WHOLE;
        }
      }
      BigDecimal decimal = decimal(new String(data, start, length, StandardCharsets.UTF_8));
      if (decimal != null) {
        out.putDecimal(decimal);
        return DECIMAL;
      }
    }
    if (times) {
      if (from <= DATE && dates && mayBeDate(data, start, length)) {
        int days = values.date(data, start, length);
        if (!values.failed()) {
          out.putDate(days);
          return DATE;
        }
      }
      if (from <= TIMESTAMP) {
        long micros = values.timestamp(data, start, length);
        if (!values.failed()) {
          out.putTimestamp(micros);
          return TIMESTAMP;
        }
      }
    }
    if (from <= BOOLEAN) {
      boolean isTrue = TextValues.isWord(data, start, length, "true");
      if (isTrue || TextValues.isWord(data, start, length, "false")) {
        out.putBoolean(isTrue);
        return BOOLEAN;
      }
    }
    out.putString(data, start, length);
    return TEXT;
  }

  /** False for what plainly is none: an exception for each text would cost much. */
  private static boolean mayBeNumber(byte[] data, int start, int length) {
    if (length == 0 || length > LONGEST_NUMBER) {
      return false;
    }
    byte first = data[start];
    return first < 0 || (first >= '0' && first <= '9') || (first >= '+' && first <= '.');
  }

  /** As in inference: without a pattern, other forms are timestamps. */
  private boolean mayBeDate(byte[] data, int start, int length) {
    return anyDate || (length == 10 && data[start + 4] == '-' && data[start + 7] == '-');
  }

  private @Nullable BigDecimal decimal(String text) {
    BigDecimal value;
    try {
      value =
          localDecimals == null
              ? new BigDecimal(text.replace(",", ""))
              : LocalDecimals.parse(text, localDecimals);
    } catch (NumberFormatException e) {
      return null;
    }
    if (value == null) {
      return null;
    }
    if (value.signum() == 0 && value.scale() < 0) {
      return BigDecimal.ZERO;
    }
    // Asked first: the digits of 1e999999999 must not be made.
    if ((long) value.precision() - value.scale() > DecimalType.MAX_PRECISION) {
      return null;
    }
    BigDecimal plain = value.scale() < 0 ? value.setScale(0) : value;
    return plain.precision() <= DecimalType.MAX_PRECISION
            && plain.scale() <= DecimalType.MAX_PRECISION
        ? plain
        : null;
  }
}
