package dev.sluice.operators.expression;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Decimal128Builder;
import dev.sluice.operators.data.Decimal128Column;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.LongBuilder;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Validity;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * Decimal arithmetic: in longs while everything fits them, else exactly. Public for functions over
 * decimals.
 */
public final class Decimals {
  private static final long[] POWERS = new long[19];

  static {
    POWERS[0] = 1;
    for (int i = 1; i < POWERS.length; i++) {
      POWERS[i] = POWERS[i - 1] * 10;
    }
  }

  private Decimals() {}

  /** 10 to the power of 0..18. */
  public static long powerOfTen(int exponent) {
    return POWERS[exponent];
  }

  /** The value of a row that is not null. */
  public static BigDecimal get(FlatColumn column, int row) {
    DecimalType type = (DecimalType) column.type();
    return column instanceof LongColumn longs
        ? BigDecimal.valueOf(longs.get(row), type.scale())
        : new BigDecimal(((Decimal128Column) column).unscaled(row), type.scale());
  }

  /** The value rounded half up to the scale of the type, or null if it has too many digits. */
  public static @Nullable BigDecimal fit(BigDecimal value, DecimalType type) {
    BigDecimal scaled = value.setScale(type.scale(), RoundingMode.HALF_UP);
    return scaled.precision() > type.precision() ? null : scaled;
  }

  /** Appends a value that {@link #fit} gave to a builder of its type. */
  public static void append(ColumnBuilder builder, BigDecimal value) {
    if (builder instanceof LongBuilder longs) {
      longs.append(value.unscaledValue().longValue());
    } else {
      ((Decimal128Builder) builder).append(value.unscaledValue());
    }
  }

  static Column evaluate(
      Arithmetic.Operator operator,
      Arithmetic.OnError onError,
      Column a,
      Column b,
      DataType type,
      int rows) {
    DecimalType left = (DecimalType) a.type();
    DecimalType right = (DecimalType) b.type();
    if (type instanceof DecimalType result
        && result.precision() <= DecimalType.MAX_LONG_PRECISION
        && left.precision() <= DecimalType.MAX_LONG_PRECISION
        && right.precision() <= DecimalType.MAX_LONG_PRECISION
        && !operator.divides()) {
      Column fast = inLongs(operator, a, b, result, rows);
      if (fast != null) {
        return fast;
      }
    }
    if (type instanceof DecimalType result) {
      Column wide = WideDecimals.evaluate(operator, a, b, result, rows);
      if (wide != null) {
        return wide;
      }
    }
    return exactly(operator, onError, a, b, type, rows);
  }

  /**
   * Results of at most 18 digits cannot overflow: their type was made wide enough for every pair of
   * operands.
   */
  private static @Nullable Column inLongs(
      Arithmetic.Operator operator, Column a, Column b, DecimalType type, int rows) {
    int leftScale = ((DecimalType) a.type()).scale();
    int rightScale = ((DecimalType) b.type()).scale();
    long[] x = Flats.longs(a);
    long[] y = Flats.longs(b);
    long[] out = new long[rows];
    if (operator == Arithmetic.Operator.MULTIPLY) {
      if (leftScale + rightScale != type.scale()) {
        return null;
      }
      for (int i = 0; i < rows; i++) {
        out[i] = x[i] * y[i];
      }
    } else {
      if (Math.max(leftScale, rightScale) != type.scale()) {
        return null;
      }
      long leftFactor = POWERS[type.scale() - leftScale];
      long rightFactor =
          POWERS[type.scale() - rightScale] * (operator == Arithmetic.Operator.SUBTRACT ? -1 : 1);
      for (int i = 0; i < rows; i++) {
        out[i] = x[i] * leftFactor + y[i] * rightFactor;
      }
    }
    Validity validity = Flats.validity(a).and(Flats.validity(b), rows);
    return new LongColumn(type, out, validity, rows);
  }

  private static Column exactly(
      Arithmetic.Operator operator,
      Arithmetic.OnError onError,
      Column a,
      Column b,
      DataType type,
      int rows) {
    FlatColumn x = Flats.base(a);
    FlatColumn y = Flats.base(b);
    int xMask = Flats.mask(a);
    int yMask = Flats.mask(b);
    ColumnBuilder out = ColumnBuilder.of(type, rows);
    for (int i = 0; i < rows; i++) {
      if (x.isNull(i & xMask) || y.isNull(i & yMask)) {
        out.appendNull();
        continue;
      }
      BigDecimal l = get(x, i & xMask);
      BigDecimal r = get(y, i & yMask);
      if (operator.divides() && r.signum() == 0) {
        if (onError == Arithmetic.OnError.FAIL) {
          throw operator == Arithmetic.Operator.DIVIDE || operator == Arithmetic.Operator.DIV
              ? Errors.divideByZero(i)
              : Errors.remainderByZero(i);
        }
        out.appendNull();
        continue;
      }
      BigDecimal value = apply(operator, l, r, type);
      if (type instanceof DecimalType decimal) {
        BigDecimal fitted = fit(value, decimal);
        if (fitted != null) {
          append(out, fitted);
        } else if (onError == Arithmetic.OnError.FAIL) {
          throw Errors.outOfRange(value.toPlainString(), decimal, i);
        } else {
          out.appendNull();
        }
      } else {
        appendLong((LongBuilder) out, value, onError, i);
      }
    }
    return out.build();
  }

  private static void appendLong(
      LongBuilder out, BigDecimal value, Arithmetic.OnError onError, int row) {
    BigInteger whole = value.toBigInteger();
    if (whole.bitLength() < 64 || onError == Arithmetic.OnError.WRAP) {
      out.append(whole.longValue());
    } else if (onError == Arithmetic.OnError.NULL) {
      out.appendNull();
    } else {
      throw Errors.castOverflow(whole + "BD", new DecimalType(38, 0), AtomicType.BIGINT, row);
    }
  }

  private static BigDecimal apply(
      Arithmetic.Operator operator, BigDecimal l, BigDecimal r, DataType type) {
    return switch (operator) {
      case ADD -> l.add(r);
      case SUBTRACT -> l.subtract(r);
      case MULTIPLY -> l.multiply(r);
      case DIVIDE -> l.divide(r, ((DecimalType) type).scale(), RoundingMode.HALF_UP);
      case DIV -> l.divideToIntegralValue(r);
      case REMAINDER -> l.remainder(r);
      case PMOD -> {
        BigDecimal remainder = l.remainder(r);
        yield remainder.signum() < 0 ? remainder.add(r).remainder(r) : remainder;
      }
    };
  }

  /**
   * The value that a string of digits means, or null if it is none; blanks around it do not count.
   */
  public static @Nullable BigDecimal parse(BytesColumn column, int row) {
    String text = column.string(row).trim();
    try {
      if (text.isEmpty() || text.length() > 400) {
        return null;
      }
      BigDecimal value = new BigDecimal(text);
      return Math.abs((long) value.scale()) > 10_000
          ? (value.scale() > 0 ? BigDecimal.ZERO : null)
          : value;
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
