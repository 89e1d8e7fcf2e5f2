package dev.sluice.operators.expression;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.FloatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongBuilder;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.time.DateTimes;
import dev.sluice.operators.time.ZoneShift;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.IntToLongFunction;

/** Casts among dates and timestamps, and between timestamps and numbers (seconds). */
final class TimeCasts {
  private static final long MICROS_PER_SECOND = 1_000_000L;

  private TimeCasts() {}

  static CastKernel kernel(DataType from, DataType to, Session session, boolean quiet) {
    if (Casts.isTime(from) && Casts.isTime(to)) {
      return between(from, to, session.timeZone());
    }
    if (to == AtomicType.TIMESTAMP && Casts.isNumeric(from)) {
      return (column, rows) -> {
        LongBuilder out = (LongBuilder) ColumnBuilder.of(to, rows);
        for (int i = 0; i < rows; i++) {
          fromNumber(column, i, out, quiet);
        }
        return out.build();
      };
    }
    if (from == AtomicType.TIMESTAMP && Casts.isNumeric(to)) {
      return toNumber(to, quiet);
    }
    throw new IllegalArgumentException("no cast from " + from + " to " + to);
  }

  private static CastKernel between(DataType from, DataType to, ZoneId id) {
    // Without a time zone on either side, UTC's clock is as good as any.
    boolean zoned = from == AtomicType.TIMESTAMP || to == AtomicType.TIMESTAMP;
    ZoneShift zone = ZoneShift.of(zoned ? id : ZoneOffset.UTC);
    if (from == AtomicType.DATE) {
      return (column, rows) -> {
        IntColumn days = (IntColumn) column;
        return micros(
            to, days, rows, row -> zone.fromLocal(days.get(row) * DateTimes.MICROS_PER_DAY));
      };
    }
    if (to == AtomicType.DATE) {
      return (column, rows) -> {
        LongColumn micros = (LongColumn) column;
        int[] out = new int[rows];
        for (int i = 0; i < rows; i++) {
          if (!micros.isNull(i)) {
            out[i] = DateTimes.toDays(micros.get(i), zone);
          }
        }
        return new IntColumn(to, out, column.validity(), rows);
      };
    }
    return (column, rows) -> {
      LongColumn times = (LongColumn) column;
      return to == AtomicType.TIMESTAMP
          ? micros(to, times, rows, row -> zone.fromLocal(times.get(row)))
          : micros(to, times, rows, row -> zone.toLocal(times.get(row)));
    };
  }

  private static LongColumn micros(
      DataType to, FlatColumn column, int rows, IntToLongFunction value) {
    long[] out = new long[rows];
    for (int i = 0; i < rows; i++) {
      if (!column.isNull(i)) {
        try {
          out[i] = value.applyAsLong(i);
        } catch (ArithmeticException e) {
          throw Errors.castOverflow(String.valueOf(column.value(i)), column.type(), to, i);
        }
      }
    }
    return new LongColumn(to, out, column.validity(), rows);
  }

  private static void fromNumber(FlatColumn column, int row, LongBuilder out, boolean quiet) {
    if (column.isNull(row)) {
      out.appendNull();
      return;
    }
    if (column instanceof DoubleColumn || column instanceof FloatColumn) {
      double seconds =
          column instanceof DoubleColumn d ? d.get(row) : ((FloatColumn) column).get(row);
      double micros = seconds * MICROS_PER_SECOND;
      if (Double.isNaN(micros)
          || Math.floor(micros) > Long.MAX_VALUE
          || Math.ceil(micros) < Long.MIN_VALUE) {
        if (!quiet) {
          throw Double.isNaN(micros) || Double.isInfinite(micros)
              ? Errors.badCast(String.valueOf(seconds), column.type(), AtomicType.TIMESTAMP, row)
              : Errors.castOverflow(
                  String.valueOf(seconds), column.type(), AtomicType.TIMESTAMP, row);
        }
        out.appendNull();
      } else {
        out.append((long) micros);
      }
      return;
    }
    if (column.type() instanceof DecimalType) {
      BigInteger micros =
          Decimals.get(column, row).movePointRight(6).setScale(0, RoundingMode.DOWN).toBigInteger();
      if (micros.bitLength() > 63) {
        if (!quiet) {
          throw Errors.castOverflow(
              Decimals.get(column, row).toPlainString(), column.type(), AtomicType.TIMESTAMP, row);
        }
        out.appendNull();
      } else {
        out.append(micros.longValue());
      }
      return;
    }
    long seconds =
        column instanceof IntColumn ints ? ints.get(row) : ((LongColumn) column).get(row);
    // Spark saturates here instead of failing.
    long most = Long.MAX_VALUE / MICROS_PER_SECOND;
    out.append(
        seconds > most
            ? Long.MAX_VALUE
            : seconds < -most ? Long.MIN_VALUE : seconds * MICROS_PER_SECOND);
  }

  private static CastKernel toNumber(DataType to, boolean quiet) {
    if (to == AtomicType.DOUBLE || to == AtomicType.FLOAT || to instanceof DecimalType) {
      DecimalType exact = new DecimalType(38, 6);
      CastKernel last = NumberCasts.kernel(exact, to, quiet);
      return (column, rows) -> {
        ColumnBuilder builder = ColumnBuilder.of(exact, rows);
        for (int i = 0; i < rows; i++) {
          if (column.isNull(i)) {
            builder.appendNull();
          } else {
            Decimals.append(builder, BigDecimal.valueOf(((LongColumn) column).get(i), 6));
          }
        }
        return last.cast(builder.build(), rows);
      };
    }
    CastKernel last = NumberCasts.kernel(AtomicType.BIGINT, to, quiet);
    return (column, rows) -> {
      long[] seconds = new long[rows];
      for (int i = 0; i < rows; i++) {
        seconds[i] = Math.floorDiv(((LongColumn) column).get(i), MICROS_PER_SECOND);
      }
      LongColumn whole = new LongColumn(AtomicType.BIGINT, seconds, column.validity(), rows);
      return to == AtomicType.BIGINT ? whole : last.cast(whole, rows);
    };
  }
}
