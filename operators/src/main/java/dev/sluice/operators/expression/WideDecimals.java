package dev.sluice.operators.expression;

import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Decimal128Column;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Validity;
import org.jspecify.annotations.Nullable;

/**
 * Decimal arithmetic in two longs a value. Where a value, or a step on the way to it, needs more
 * than 127 bits, or cannot be at all, there is no result, and the exact way finds out what to say.
 */
final class WideDecimals {
  // 10 to the power of 0..38 as high and low halves.
  private static final long[] POWER_HIGH = new long[39];
  private static final long[] POWER_LOW = new long[39];

  static {
    POWER_LOW[0] = 1;
    for (int i = 1; i < POWER_LOW.length; i++) {
      POWER_LOW[i] = POWER_LOW[i - 1] * 10;
      POWER_HIGH[i] = POWER_HIGH[i - 1] * 10 + highOfProduct(POWER_LOW[i - 1], 10);
    }
  }

  // The magnitude that the last step made.
  private long high;
  private long low;

  /** The result, or null if some row needs the exact way. */
  static @Nullable Column evaluate(
      Arithmetic.Operator operator, Column a, Column b, DecimalType type, int rows) {
    int leftScale = ((DecimalType) a.type()).scale();
    int rightScale = ((DecimalType) b.type()).scale();
    int product = leftScale + rightScale - type.scale();
    int sum = Math.max(leftScale, rightScale);
    int quotient = type.scale() - leftScale + rightScale;
    boolean possible =
        switch (operator) {
          case ADD, SUBTRACT -> sum == type.scale();
          case MULTIPLY -> product >= 0 && product <= 18;
          case DIVIDE -> quotient >= 0 && quotient <= 36;
          default -> false;
        };
    if (!possible) {
      return null;
    }
    Validity validity = Flats.validity(a).and(Flats.validity(b), rows);
    if (operator == Arithmetic.Operator.MULTIPLY
        && product == 0
        && type.precision() > DecimalType.MAX_LONG_PRECISION
        && a.type().physical() == DataType.Physical.LONG
        && b.type().physical() == DataType.Physical.LONG) {
      return productOfLongs(Flats.longs(a), Flats.longs(b), type, validity, rows);
    }
    if (operator == Arithmetic.Operator.DIVIDE
        && quotient <= 18
        && type.precision() < DecimalType.MAX_PRECISION
        && a.type().physical() == DataType.Physical.LONG
        && b.type().physical() == DataType.Physical.LONG) {
      Column ofLongs =
          quotientOfLongs(Flats.longs(a), Flats.longs(b), quotient, type, validity, rows);
      if (ofLongs != null) {
        return ofLongs;
      }
    }
    Operand x = new Operand(a);
    Operand y = new Operand(b);
    long[] highs = new long[type.precision() <= DecimalType.MAX_LONG_PRECISION ? 0 : rows];
    long[] lows = new long[rows];
    WideDecimals step = new WideDecimals();
    for (int i = 0; i < rows; i++) {
      if (validity.isNull(i)) {
        continue;
      }
      boolean negative;
      boolean fits;
      if (operator == Arithmetic.Operator.MULTIPLY) {
        negative = x.negative(i) != y.negative(i);
        fits = step.multiply(x, y, i) && step.roundedDown(product);
      } else if (operator == Arithmetic.Operator.DIVIDE) {
        negative = x.negative(i) != y.negative(i);
        fits = step.divide(x, y, i, quotient);
      } else {
        boolean minus = operator == Arithmetic.Operator.SUBTRACT;
        fits = step.add(x, y, i, sum - leftScale, sum - rightScale, minus);
        negative = step.high < 0;
        if (negative) {
          step.negate();
        }
      }
      if (!fits || !step.hasAtMost(type.precision())) {
        return null;
      }
      if (negative) {
        step.negate();
      }
      lows[i] = step.low;
      if (highs.length > 0) {
        highs[i] = step.high;
      }
    }
    return highs.length > 0 || rows == 0 && type.precision() > DecimalType.MAX_LONG_PRECISION
        ? new Decimal128Column(type, highs, lows, validity, rows)
        : new LongColumn(type, lows, validity, rows);
  }

  /** Of two numbers of 18 digits each: it has 36 at most, and its type room for them. */
  private static Column productOfLongs(
      long[] x, long[] y, DecimalType type, Validity validity, int rows) {
    long[] highs = new long[rows];
    long[] lows = new long[rows];
    for (int i = 0; i < rows; i++) {
      highs[i] = Math.multiplyHigh(x[i], y[i]);
      lows[i] = x[i] * y[i];
    }
    return new Decimal128Column(type, highs, lows, validity, rows);
  }

  /**
   * Long division by hand: the whole part, then the digits behind the point in one step or two,
   * whichever keeps the remainder times a power of ten in a long. Null if that needs more steps, or
   * for a division by zero. Its type, not cut to 38 digits, has room for every quotient.
   */
  private static @Nullable Column quotientOfLongs(
      long[] x, long[] y, int digits, DecimalType type, Validity validity, int rows) {
    boolean wide = type.precision() > DecimalType.MAX_LONG_PRECISION;
    long power = POWER_LOW[digits];
    long upper = POWER_LOW[(digits + 1) / 2];
    long lower = POWER_LOW[digits / 2];
    long largestForOne = Long.MAX_VALUE / power;
    long largestForTwo = Long.MAX_VALUE / upper;
    long[] highs = new long[wide ? rows : 0];
    long[] lows = new long[rows];
    for (int i = 0; i < rows; i++) {
      if (validity.isNull(i)) {
        continue;
      }
      long divisor = Math.abs(y[i]);
      if (divisor == 0 || divisor > largestForTwo) {
        return null;
      }
      long value = Math.abs(x[i]);
      long whole = value / divisor;
      long rest = value - whole * divisor;
      long fraction;
      if (divisor <= largestForOne) {
        rest *= power;
        fraction = rest / divisor;
        rest -= fraction * divisor;
      } else {
        rest *= upper;
        long first = rest / divisor;
        rest = (rest - first * divisor) * lower;
        long second = rest / divisor;
        rest -= second * divisor;
        fraction = first * lower + second;
      }
      fraction += rest >= divisor - rest ? 1 : 0;
      long low = whole * power + fraction;
      long high =
          Math.multiplyHigh(whole, power) + (Long.compareUnsigned(low, fraction) < 0 ? 1 : 0);
      long sign = (x[i] ^ y[i]) >> 63;
      lows[i] = (low ^ sign) - sign;
      if (wide) {
        highs[i] = (high ^ sign) + (sign != 0 && low == 0 ? 1 : 0);
      }
    }
    return wide
        ? new Decimal128Column(type, highs, lows, validity, rows)
        : new LongColumn(type, lows, validity, rows);
  }

  /** A column of decimals, whichever arrays it is in. */
  private static final class Operand {
    private final long @Nullable [] highs;
    private final long[] lows;
    private final int mask;

    Operand(Column column) {
      FlatColumn base = Flats.base(column);
      this.mask = Flats.mask(column);
      if (base instanceof Decimal128Column wide) {
        this.highs = wide.high();
        this.lows = wide.low();
      } else {
        this.highs = null;
        this.lows = ((LongColumn) base).values();
      }
    }

    long low(int row) {
      return lows[row & mask];
    }

    long high(int row) {
      return highs == null ? lows[row & mask] >> 63 : highs[row & mask];
    }

    boolean negative(int row) {
      return high(row) < 0;
    }
  }

  /** The magnitude of an operand. */
  private void magnitude(Operand operand, int row) {
    high = operand.high(row);
    low = operand.low(row);
    if (high < 0) {
      negate();
    }
  }

  private void negate() {
    low = -low;
    high = ~high + (low == 0 ? 1 : 0);
  }

  private boolean hasAtMost(int digits) {
    return high >= 0 && high < POWER_HIGH[digits]
        || high == POWER_HIGH[digits] && Long.compareUnsigned(low, POWER_LOW[digits]) < 0;
  }

  /** The signed sum of both, each times a power of ten. */
  private boolean add(Operand x, Operand y, int row, int left, int right, boolean minus) {
    if (!scaled(y, row, right)) {
      return false;
    }
    if (y.negative(row) != minus) {
      negate();
    }
    long otherHigh = high;
    long otherLow = low;
    if (!scaled(x, row, left)) {
      return false;
    }
    if (x.negative(row)) {
      negate();
    }
    long sum = low + otherLow;
    long carry = Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
    long top = high + otherHigh + carry;
    boolean fits = ((high ^ top) & (otherHigh ^ top)) >= 0;
    high = top;
    low = sum;
    return fits;
  }

  private boolean scaled(Operand operand, int row, int power) {
    magnitude(operand, row);
    return power == 0 || timesPower(power);
  }

  private boolean timesPower(int power) {
    return power <= 18
        ? times(POWER_LOW[power])
        : times(POWER_LOW[18]) && times(POWER_LOW[power - 18]);
  }

  /** Times a positive long; false if that is more than 127 bits. */
  private boolean times(long factor) {
    long carry = highOfProduct(low, factor);
    if (high == 0) {
      low *= factor;
      high = carry;
      return high >= 0;
    }
    if (Math.multiplyHigh(high, factor) != 0 || high * factor < 0 || carry < 0) {
      return false;
    }
    high = high * factor + carry;
    low *= factor;
    return high >= 0;
  }

  private boolean multiply(Operand x, Operand y, int row) {
    magnitude(x, row);
    if (high != 0 || low < 0) {
      long wideHigh = high;
      long wideLow = low;
      magnitude(y, row);
      if (high != 0 || low < 0) {
        return false;
      }
      long factor = low;
      high = wideHigh;
      low = wideLow;
      return times(factor);
    }
    long factor = low;
    magnitude(y, row);
    return times(factor);
  }

  /** Half up, without so many of the last digits. */
  private boolean roundedDown(int digits) {
    return digits == 0 || over(POWER_LOW[digits]);
  }

  private boolean divide(Operand x, Operand y, int row, int power) {
    magnitude(y, row);
    long divisor = low;
    if (high != 0 || divisor <= 0) {
      return false;
    }
    return scaled(x, row, power) && over(divisor);
  }

  /** Divided by a positive long and rounded half up. */
  private boolean over(long divisor) {
    long rest;
    if (high == 0 && low >= 0) {
      rest = low % divisor;
      low /= divisor;
    } else {
      long top = Long.divideUnsigned(high, divisor);
      long left = high - top * divisor;
      long quotient = divided(left, low, divisor);
      rest = low - quotient * divisor;
      high = top;
      low = quotient;
    }
    if (rest >= divisor - rest) {
      low++;
      high += low == 0 ? 1 : 0;
    }
    return true;
  }

  /** The unsigned quotient of 128 bits by 63, which must be less than 64 bits: high < divisor. */
  private static long divided(long high, long low, long divisor) {
    if (high == 0) {
      return Long.divideUnsigned(low, divisor);
    }
    // Two steps of long division in digits of 32 bits, as by hand.
    int shift = Long.numberOfLeadingZeros(divisor);
    long d = divisor << shift;
    long dTop = d >>> 32;
    long dLow = d & 0xFFFFFFFFL;
    long n = shift == 0 ? high : high << shift | low >>> 64 - shift;
    long rest = low << shift;
    long first = digit(n, rest >>> 32, dTop, dLow);
    n = (n << 32 | rest >>> 32) - first * d;
    long second = digit(n, rest & 0xFFFFFFFFL, dTop, dLow);
    return first << 32 | second;
  }

  private static long digit(long n, long next, long dTop, long dLow) {
    long digit = Long.divideUnsigned(n, dTop);
    long rest = n - digit * dTop;
    while (digit >>> 32 != 0 || Long.compareUnsigned(digit * dLow, rest << 32 | next) > 0) {
      digit--;
      rest += dTop;
      if (rest >>> 32 != 0) {
        break;
      }
    }
    return digit;
  }

  /** The upper half of the product of an unsigned and a positive long. */
  private static long highOfProduct(long unsigned, long factor) {
    return Math.multiplyHigh(unsigned, factor) + (unsigned >> 63 & factor);
  }
}
