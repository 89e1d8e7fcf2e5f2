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
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Casts among dates and timestamps, and between timestamps and numbers (seconds). */
final class TimeCasts {
  private static final long MICROS_PER_SECOND = 1_000_000L;
  private static final long MICROS_PER_DAY = 86_400L * MICROS_PER_SECOND;

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

  private static CastKernel between(DataType from, DataType to, ZoneId zone) {
    boolean utc = zone.normalized().equals(ZoneOffset.UTC);
    if (from == AtomicType.DATE) {
      return (column, rows) -> {
        int[] days = ((IntColumn) column).values();
        long[] out = new long[rows];
        for (int i = 0; i < rows; i++) {
          long local = days[i] * MICROS_PER_DAY;
          out[i] = utc || to == AtomicType.TIMESTAMP_NTZ ? local : toInstant(local, zone);
        }
        return new LongColumn(to, out, column.validity(), rows);
      };
    }
    if (to == AtomicType.DATE) {
      return (column, rows) -> {
        long[] micros = ((LongColumn) column).values();
        int[] out = new int[rows];
        for (int i = 0; i < rows; i++) {
          long local =
              utc || from == AtomicType.TIMESTAMP_NTZ ? micros[i] : toLocal(micros[i], zone);
          out[i] = (int) Math.floorDiv(local, MICROS_PER_DAY);
        }
        return new IntColumn(to, out, column.validity(), rows);
      };
    }
    return (column, rows) -> {
      long[] micros = ((LongColumn) column).values();
      long[] out = new long[rows];
      for (int i = 0; i < rows; i++) {
        out[i] =
            utc
                ? micros[i]
                : to == AtomicType.TIMESTAMP
                    ? toInstant(micros[i], zone)
                    : toLocal(micros[i], zone);
      }
      return new LongColumn(to, out, column.validity(), rows);
    };
  }

  private static long toInstant(long local, ZoneId zone) {
    LocalDateTime wall =
        LocalDateTime.ofEpochSecond(
            Math.floorDiv(local, MICROS_PER_SECOND),
            (int) Math.floorMod(local, MICROS_PER_SECOND) * 1000,
            ZoneOffset.UTC);
    Instant instant = wall.atZone(zone).toInstant();
    return instant.getEpochSecond() * MICROS_PER_SECOND + instant.getNano() / 1000;
  }

  private static long toLocal(long micros, ZoneId zone) {
    long second = Math.floorDiv(micros, MICROS_PER_SECOND);
    return micros
        + zone.getRules().getOffset(Instant.ofEpochSecond(second)).getTotalSeconds()
            * MICROS_PER_SECOND;
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
