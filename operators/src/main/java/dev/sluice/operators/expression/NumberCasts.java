package dev.sluice.operators.expression;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BooleanBuilder;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.DoubleBuilder;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.FloatBuilder;
import dev.sluice.operators.data.FloatColumn;
import dev.sluice.operators.data.IntBuilder;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongBuilder;
import dev.sluice.operators.data.LongColumn;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** Casts among numbers and booleans. */
final class NumberCasts {
  private NumberCasts() {}

  static CastKernel kernel(DataType from, DataType to, boolean quiet) {
    if (to == AtomicType.DOUBLE) {
      return NumberCasts::toDouble;
    }
    if (to == AtomicType.BIGINT && from.physical() == DataType.Physical.INT) {
      return (column, rows) -> {
        int[] values = ((IntColumn) column).values();
        long[] out = new long[rows];
        for (int i = 0; i < rows; i++) {
          out[i] = values[i];
        }
        return new LongColumn(AtomicType.BIGINT, out, column.validity(), rows);
      };
    }
    if (to.physical() == DataType.Physical.INT
        && from.physical() == DataType.Physical.INT
        && TypeCoercionRules.widens(from, to)) {
      return (column, rows) ->
          new IntColumn(to, ((IntColumn) column).values(), column.validity(), rows);
    }
    return (column, rows) -> {
      if (to instanceof DecimalType decimal && column.type() != AtomicType.BOOLEAN) {
        FlatColumn fast = wholeToDecimal(column, decimal, rows);
        if (fast != null) {
          return fast;
        }
      }
      ColumnBuilder out = ColumnBuilder.of(to, rows);
      for (int i = 0; i < rows; i++) {
        if (column.isNull(i)) {
          out.appendNull();
        } else {
          one(column, i, out, to, quiet);
        }
      }
      return out.build();
    };
  }

  /**
   * Whole numbers, and decimals without a loss of places, as decimals in longs; null if some row
   * does not fit, or for other types.
   */
  private static @Nullable FlatColumn wholeToDecimal(FlatColumn column, DecimalType to, int rows) {
    int shift = to.scale() - (column.type() instanceof DecimalType from ? from.scale() : 0);
    boolean whole = column instanceof IntColumn || column instanceof LongColumn;
    if (!whole || shift < 0 || to.precision() > DecimalType.MAX_LONG_PRECISION) {
      return null;
    }
    long factor = Decimals.powerOfTen(shift);
    long most = (Decimals.powerOfTen(to.precision()) - 1) / factor;
    long[] out = new long[rows];
    boolean fits = true;
    for (int i = 0; i < rows; i++) {
      long value = column instanceof IntColumn ints ? ints.get(i) : ((LongColumn) column).get(i);
      fits &= value <= most && value >= -most || column.isNull(i);
      out[i] = value * factor;
    }
    return fits ? new LongColumn(to, out, column.validity(), rows) : null;
  }

  private static FlatColumn toDouble(FlatColumn column, int rows) {
    double[] out = new double[rows];
    if (column instanceof IntColumn ints) {
      int[] values = ints.values();
      for (int i = 0; i < rows; i++) {
        out[i] = values[i];
      }
    } else if (column instanceof LongColumn longs && column.type() == AtomicType.BIGINT) {
      long[] values = longs.values();
      for (int i = 0; i < rows; i++) {
        out[i] = values[i];
      }
    } else if (column instanceof FloatColumn floats) {
      float[] values = floats.values();
      for (int i = 0; i < rows; i++) {
        out[i] = values[i];
      }
    } else if (column instanceof BooleanColumn booleans) {
      for (int i = 0; i < rows; i++) {
        out[i] = booleans.get(i) ? 1 : 0;
      }
    } else {
      // Both sides of this division are exact, and so is then its rounding.
      double power =
          column instanceof LongColumn
              ? Decimals.powerOfTen(((DecimalType) column.type()).scale())
              : 1;
      for (int i = 0; i < rows; i++) {
        if (column instanceof LongColumn longs && Math.abs(longs.get(i)) <= 1L << 53) {
          out[i] = longs.get(i) / power;
        } else {
          out[i] = column.isNull(i) ? 0 : Decimals.get(column, i).doubleValue();
        }
      }
    }
    return new DoubleColumn(AtomicType.DOUBLE, out, column.validity(), rows);
  }

  private static void one(
      FlatColumn column, int row, ColumnBuilder out, DataType to, boolean quiet) {
    if (out instanceof BooleanBuilder booleans) {
      booleans.append(isNotZero(column, row));
    } else if (to instanceof DecimalType decimal) {
      toDecimal(column, row, out, decimal, quiet);
    } else if (out instanceof FloatBuilder floats) {
      floats.append(toFloat(column, row));
    } else if (out instanceof DoubleBuilder doubles) {
      doubles.append(Decimals.get(column, row).doubleValue());
    } else {
      toWhole(column, row, out, to, quiet);
    }
  }

  private static boolean isNotZero(FlatColumn column, int row) {
    if (column instanceof IntColumn ints) {
      return ints.get(row) != 0;
    }
    if (column instanceof DoubleColumn doubles) {
      return doubles.get(row) != 0;
    }
    if (column instanceof FloatColumn floats) {
      return floats.get(row) != 0;
    }
    if (column instanceof LongColumn longs) {
      return longs.get(row) != 0;
    }
    return Decimals.get(column, row).signum() != 0;
  }

  private static float toFloat(FlatColumn column, int row) {
    if (column instanceof IntColumn ints) {
      return ints.get(row);
    }
    if (column instanceof DoubleColumn doubles) {
      return (float) doubles.get(row);
    }
    if (column instanceof BooleanColumn booleans) {
      return booleans.get(row) ? 1f : 0f;
    }
    if (column.type() == AtomicType.BIGINT) {
      return ((LongColumn) column).get(row);
    }
    return Decimals.get(column, row).floatValue();
  }

  private static void toDecimal(
      FlatColumn column, int row, ColumnBuilder out, DecimalType to, boolean quiet) {
    BigDecimal value;
    if (column instanceof IntColumn ints) {
      value = BigDecimal.valueOf(ints.get(row));
    } else if (column instanceof BooleanColumn booleans) {
      value = booleans.get(row) ? BigDecimal.ONE : BigDecimal.ZERO;
    } else if (column instanceof DoubleColumn || column instanceof FloatColumn) {
      double number =
          column instanceof DoubleColumn d ? d.get(row) : ((FloatColumn) column).get(row);
      if (Double.isNaN(number) || Double.isInfinite(number)) {
        // Spark gives NULL here, in ANSI mode too.
        out.appendNull();
        return;
      }
      value = BigDecimal.valueOf(number);
    } else if (column.type() == AtomicType.BIGINT) {
      value = BigDecimal.valueOf(((LongColumn) column).get(row));
    } else {
      value = Decimals.get(column, row);
    }
    BigDecimal fitted = Decimals.fit(value, to);
    if (fitted != null) {
      Decimals.append(out, fitted);
    } else if (quiet) {
      out.appendNull();
    } else {
      throw Errors.outOfRange(value.toPlainString(), to, row);
    }
  }

  /** Fractions are cut off; what lies outside of the range is an error. */
  private static void toWhole(
      FlatColumn column, int row, ColumnBuilder out, DataType to, boolean quiet) {
    long least;
    if (to == AtomicType.BIGINT) {
      least = Long.MIN_VALUE;
    } else if (to == AtomicType.INT) {
      least = Integer.MIN_VALUE;
    } else {
      least = to == AtomicType.SMALLINT ? Short.MIN_VALUE : Byte.MIN_VALUE;
    }
    long most = -(least + 1);
    long value;
    boolean fits;
    if (column instanceof IntColumn ints) {
      value = ints.get(row);
      fits = value >= least && value <= most;
    } else if (column instanceof BooleanColumn booleans) {
      value = booleans.get(row) ? 1 : 0;
      fits = true;
    } else if (column instanceof DoubleColumn || column instanceof FloatColumn) {
      double number =
          column instanceof DoubleColumn d ? d.get(row) : ((FloatColumn) column).get(row);
      value = (long) number;
      fits = Math.floor(number) <= most && Math.ceil(number) >= least;
    } else if (column.type() == AtomicType.BIGINT) {
      value = ((LongColumn) column).get(row);
      fits = value >= least && value <= most;
    } else {
      BigInteger whole = Decimals.get(column, row).toBigInteger();
      value = whole.longValue();
      fits = whole.bitLength() < 64 && value >= least && value <= most;
    }
    if (!fits) {
      if (quiet) {
        out.appendNull();
        return;
      }
      throw Errors.castOverflow(String.valueOf(column.value(row)), column.type(), to, row);
    }
    if (out instanceof LongBuilder longs) {
      longs.append(value);
    } else {
      ((IntBuilder) out).append((int) value);
    }
  }
}
