package dev.sluice.operators.data;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Numbers from bytes, without making texts of them on the common road. They accept what Java's
 * {@code parseLong}, {@code parseDouble}, {@code parseFloat} and {@code new BigDecimal} accept,
 * because Spark reads fields with those. What is not a number sets {@link #failed}: one object a
 * decoder, not shared between threads.
 */
public final class Numbers {
  private static final double[] POWERS = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };
  private static final long[] LONG_POWERS = longPowers();
  private static final int MAX_EXACT_FLOAT = 1 << 24;
  private static final long MAX_EXACT_DOUBLE = 1L << 53;
  private static final int LONGEST_DECIMAL = 1000;

  /** Whether the last call found no number. */
  public boolean failed;

  // What scan() found: sign, digits as a whole number, and the power of ten they are to be taken
  // by.
  private boolean negative;
  private long digits;
  private int exponent;

  private static long[] longPowers() {
    long[] powers = new long[19];
    powers[0] = 1;
    for (int i = 1; i < powers.length; i++) {
      powers[i] = powers[i - 1] * 10;
    }
    return powers;
  }

  /** A whole number between {@code min} and {@code max}: a sign, and digits only. */
  public long integer(byte[] data, int start, int length, long min, long max) {
    int at = start;
    int end = start + length;
    boolean minus = false;
    if (length > 0 && (data[at] == '-' || data[at] == '+')) {
      minus = data[at] == '-';
      at++;
    }
    int count = end - at;
    if (count <= 0 || count > 18) {
      return longInteger(data, start, length, min, max);
    }
    long value = 0;
    for (; at < end; at++) {
      int digit = data[at] - '0';
      if (digit < 0 || digit > 9) {
        return longInteger(data, start, length, min, max);
      }
      value = value * 10 + digit;
    }
    value = minus ? -value : value;
    failed = value < min || value > max;
    return value;
  }

  private long longInteger(byte[] data, int start, int length, long min, long max) {
    try {
      long value = Long.parseLong(text(data, start, length));
      failed = value < min || value > max;
      return value;
    } catch (NumberFormatException e) {
      failed = true;
      return 0;
    }
  }

  /** A double as {@link Double#parseDouble} reads it. */
  public double doubleOf(byte[] data, int start, int length) {
    double plain = plainDouble(data, start, length);
    if (!failed) {
      return plain;
    }
    try {
      double value = Double.parseDouble(text(data, start, length));
      failed = false;
      return value;
    } catch (NumberFormatException e) {
      failed = true;
      return 0;
    }
  }

  /** As {@link #doubleOf} of a number so short that it is exact; fails for all others. */
  public double plainDouble(byte[] data, int start, int length) {
    failed = true;
    if (scan(data, start, length) && digits <= MAX_EXACT_DOUBLE) {
      int power = exponent;
      double value = digits;
      if (power == 0) {
        failed = false;
        return negative ? -value : value;
      }
      if (power < 0 && power >= -22) {
        value /= POWERS[-power];
        failed = false;
        return negative ? -value : value;
      }
      if (power > 0 && power <= 22) {
        value *= POWERS[power];
        failed = false;
        return negative ? -value : value;
      }
    }
    return 0;
  }

  /** A float as {@link Float#parseFloat} reads it. */
  public float floatOf(byte[] data, int start, int length) {
    if (scan(data, start, length)
        && digits <= MAX_EXACT_FLOAT
        && exponent >= -10
        && exponent <= 10) {
      float value = digits;
      value = exponent < 0 ? value / (float) POWERS[-exponent] : value * (float) POWERS[exponent];
      failed = false;
      return negative ? -value : value;
    }
    try {
      float value = Float.parseFloat(text(data, start, length));
      failed = false;
      return value;
    } catch (NumberFormatException e) {
      failed = true;
      return 0;
    }
  }

  /**
   * The unscaled value of a decimal of up to 18 digits, rounded half up to {@code scale}; fails
   * when it has more than {@code precision} digits then.
   */
  public long decimal(byte[] data, int start, int length, int precision, int scale) {
    long plain = plainDecimal(data, start, length, precision, scale);
    if (!failed) {
      return plain;
    }
    BigDecimal value = bigDecimal(data, start, length, precision, scale);
    return value == null ? 0 : value.unscaledValue().longValue();
  }

  /** As {@link #decimal} of a plain number of at most 18 digits; fails for all others. */
  public long plainDecimal(byte[] data, int start, int length, int precision, int scale) {
    failed = true;
    if (!scan(data, start, length)) {
      return 0;
    }
    int shift = exponent + scale;
    if (shift == 0 || digits == 0) {
      return bounded(digits, precision);
    }
    if (shift < 0 && shift > -19) {
      return bounded(roundedDown(-shift), precision);
    }
    return shift > 0 && shift < 19 && digits <= LONG_POWERS[18] / LONG_POWERS[shift]
        ? bounded(digits * LONG_POWERS[shift], precision)
        : 0;
  }

  private long roundedDown(int places) {
    long power = LONG_POWERS[places];
    long value = digits / power;
    long rest = digits - value * power;
    return rest >= power - rest ? value + 1 : value;
  }

  private long bounded(long value, int precision) {
    failed = precision < 19 && value >= LONG_POWERS[Math.min(18, precision)];
    return negative ? -value : value;
  }

  /** As {@link #decimal} for any precision; null when it failed. */
  public @Nullable BigDecimal bigDecimal(
      byte[] data, int start, int length, int precision, int scale) {
    failed = true;
    if (length > LONGEST_DECIMAL) {
      return null;
    }
    try {
      // Spark takes commas anywhere for marks between thousands.
      BigDecimal value = new BigDecimal(text(data, start, length).replace(",", ""));
      // A huge exponent must not be spelled out digit by digit.
      if (value.signum() != 0 && (long) value.precision() - value.scale() > 60) {
        return null;
      }
      if (value.signum() == 0 || value.scale() > 5000) {
        value = value.signum() == 0 || value.precision() < value.scale() ? BigDecimal.ZERO : value;
      }
      value = value.setScale(scale, RoundingMode.HALF_UP);
      failed = value.precision() > precision && value.signum() != 0;
      return failed ? null : value;
    } catch (ArithmeticException | NumberFormatException e) {
      return null;
    }
  }

  /**
   * Reads {@code [sign] digits [. digits] [e [sign] digits]} with at most 18 digits; false for
   * anything else, which may be a number all the same.
   */
  private boolean scan(byte[] data, int start, int length) {
    int at = start;
    int end = start + length;
    if (length == 0) {
      return false;
    }
    negative = data[at] == '-';
    if (negative || data[at] == '+') {
      at++;
    }
    long value = 0;
    int first = at;
    int digit;
    while (at < end && (digit = data[at] - '0') >= 0 && digit <= 9) {
      value = value * 10 + digit;
      at++;
    }
    int count = at - first;
    int power = 0;
    if (at < end && data[at] == '.') {
      int point = ++at;
      while (at < end && (digit = data[at] - '0') >= 0 && digit <= 9) {
        value = value * 10 + digit;
        at++;
      }
      power = point - at;
      count += at - point;
    }
    if (count == 0 || count > 18) {
      return false;
    }
    if (at < end && (data[at] | 0x20) == 'e') {
      at++;
      boolean down = at < end && data[at] == '-';
      if (at < end && (down || data[at] == '+')) {
        at++;
      }
      int written = at;
      int size = 0;
      while (at < end && (digit = data[at] - '0') >= 0 && digit <= 9 && at - written < 5) {
        size = size * 10 + digit;
        at++;
      }
      if (at == written) {
        return false;
      }
      power += down ? -size : size;
    }
    digits = value;
    exponent = power;
    return at == end;
  }

  private static String text(byte[] data, int start, int length) {
    return new String(data, start, length, StandardCharsets.UTF_8);
  }
}
