package dev.sluice.operators.expression;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DayTimeIntervalType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.IntBuilder;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongBuilder;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.YearMonthIntervalType;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** Casts among ANSI intervals, and between those of one unit and numbers. */
final class IntervalCasts {
  private static final long[] MICROS = {86_400_000_000L, 3_600_000_000L, 60_000_000L, 1_000_000L};

  private IntervalCasts() {}

  static CastKernel kernel(DataType from, DataType to, boolean quiet) {
    if (from instanceof DayTimeIntervalType && to instanceof DayTimeIntervalType
        || from instanceof YearMonthIntervalType && to instanceof YearMonthIntervalType) {
      return between(to);
    }
    return (column, rows) -> {
      ColumnBuilder out = ColumnBuilder.of(to, rows);
      for (int i = 0; i < rows; i++) {
        if (column.isNull(i)) {
          out.appendNull();
        } else {
          one(column, i, from, to, out, quiet);
        }
      }
      return out.build();
    };
  }

  /** Units below the last one of the target are cut off. */
  private static CastKernel between(DataType to) {
    if (to instanceof YearMonthIntervalType ym) {
      int unit = ym.end() == YearMonthIntervalType.Unit.YEAR ? 12 : 1;
      return (column, rows) -> {
        int[] out = new int[rows];
        for (int i = 0; i < rows; i++) {
          int value = ((IntColumn) column).get(i);
          out[i] = value - value % unit;
        }
        return new IntColumn(to, out, column.validity(), rows);
      };
    }
    int end = ((DayTimeIntervalType) to).end().ordinal();
    long unit = end == 3 ? 1 : MICROS[end];
    return (column, rows) -> {
      long[] out = new long[rows];
      for (int i = 0; i < rows; i++) {
        long value = ((LongColumn) column).get(i);
        out[i] = value - value % unit;
      }
      return new LongColumn(to, out, column.validity(), rows);
    };
  }

  private static long unit(DataType interval) {
    return interval instanceof YearMonthIntervalType ym
        ? (ym.end() == YearMonthIntervalType.Unit.YEAR ? 12 : 1)
        : MICROS[((DayTimeIntervalType) interval).end().ordinal()];
  }

  private static void one(
      FlatColumn column, int row, DataType from, DataType to, ColumnBuilder out, boolean quiet) {
    if (!Casts.isNumeric(from)) {
      long value =
          column instanceof IntColumn ints ? ints.get(row) : ((LongColumn) column).get(row);
      BigDecimal exact =
          BigDecimal.valueOf(value).divide(BigDecimal.valueOf(unit(from)), 6, RoundingMode.DOWN);
      if (to instanceof DecimalType decimal) {
        BigDecimal fitted = Decimals.fit(exact, decimal);
        if (fitted != null) {
          Decimals.append(out, fitted);
          return;
        }
        if (quiet) {
          out.appendNull();
          return;
        }
        throw Errors.outOfRange(exact.toPlainString(), decimal, row);
      }
      long whole = exact.longValue();
      long bits =
          to == AtomicType.BIGINT
              ? 64
              : to == AtomicType.INT ? 32 : to == AtomicType.SMALLINT ? 16 : 8;
      if (bits < 64 && whole != whole << (64 - bits) >> (64 - bits)) {
        if (quiet) {
          out.appendNull();
          return;
        }
        throw Errors.castOverflow(IntervalText.format(value, from), from, to, row);
      }
      append(out, whole);
      return;
    }
    BigDecimal number =
        from instanceof DecimalType
            ? Decimals.get(column, row)
            : BigDecimal.valueOf(
                column instanceof IntColumn ints ? ints.get(row) : ((LongColumn) column).get(row));
    BigDecimal scaled =
        number.multiply(BigDecimal.valueOf(unit(to))).setScale(0, RoundingMode.HALF_UP);
    int bits = scaled.toBigInteger().bitLength();
    if (bits >= (out instanceof IntBuilder ? 32 : 64)) {
      if (quiet) {
        out.appendNull();
        return;
      }
      throw Errors.castOverflow(number.toPlainString(), from, to, row);
    }
    append(out, scaled.longValue());
  }

  private static void append(ColumnBuilder out, long value) {
    if (out instanceof LongBuilder longs) {
      longs.append(value);
    } else {
      ((IntBuilder) out).append((int) value);
    }
  }
}
