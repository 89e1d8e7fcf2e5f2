package dev.sluice.operators.expression;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.TimeType;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.time.DateTimes;
import dev.sluice.operators.time.TimesOfDay;
import java.math.BigDecimal;

/**
 * Casts from TIME: to another precision, to whole seconds, and to seconds with their fraction as
 * decimals. There are none to or from dates and timestamps.
 */
final class TimeOfDayCasts {
  private TimeOfDayCasts() {}

  static CastKernel kernel(DataType to, boolean quiet) {
    if (to instanceof TimeType time) {
      return (column, rows) -> {
        LongColumn in = (LongColumn) column;
        if (((TimeType) in.type()).precision() <= time.precision()) {
          return new LongColumn(to, in.values(), in.validity(), rows);
        }
        long[] out = new long[rows];
        for (int i = 0; i < rows; i++) {
          out[i] = TimesOfDay.cut(in.get(i), time.precision());
        }
        return new LongColumn(to, out, in.validity(), rows);
      };
    }
    if (to instanceof DecimalType decimal) {
      return (column, rows) -> toDecimal((LongColumn) column, rows, decimal, quiet);
    }
    return (column, rows) -> toWhole((LongColumn) column, rows, to, quiet);
  }

  static FlatColumn toText(FlatColumn column, int rows) {
    LongColumn in = (LongColumn) column;
    BytesBuilder out = (BytesBuilder) ColumnBuilder.of(AtomicType.STRING, rows);
    byte[] text = new byte[DateTimes.MAX_LENGTH];
    for (int i = 0; i < rows; i++) {
      if (in.isNull(i)) {
        out.appendNull();
      } else {
        out.append(text, 0, TimesOfDay.format(in.get(i), text, 0));
      }
    }
    return out.build();
  }

  private static String shown(long nanos) {
    return "TIME '" + TimesOfDay.format(nanos) + "'";
  }

  private static FlatColumn toWhole(LongColumn in, int rows, DataType to, boolean quiet) {
    Validity valid = in.validity();
    if (to == AtomicType.BIGINT) {
      long[] out = new long[rows];
      for (int i = 0; i < rows; i++) {
        out[i] = in.get(i) / TimesOfDay.NANOS_PER_SECOND;
      }
      return new LongColumn(to, out, valid, rows);
    }
    int most =
        to == AtomicType.TINYINT
            ? Byte.MAX_VALUE
            : to == AtomicType.SMALLINT ? Short.MAX_VALUE : Integer.MAX_VALUE;
    int[] out = new int[rows];
    boolean[] isNull = new boolean[rows];
    for (int i = 0; i < rows; i++) {
      isNull[i] = valid.isNull(i);
      if (!isNull[i]) {
        out[i] = (int) (in.get(i) / TimesOfDay.NANOS_PER_SECOND);
        if (out[i] > most) {
          if (!quiet) {
            throw Errors.castOverflow(shown(in.get(i)), in.type(), to, i);
          }
          isNull[i] = true;
        }
      }
    }
    return new IntColumn(to, out, Validity.ofNulls(isNull, rows), rows);
  }

  private static FlatColumn toDecimal(LongColumn in, int rows, DecimalType to, boolean quiet) {
    ColumnBuilder out = ColumnBuilder.of(to, rows);
    for (int i = 0; i < rows; i++) {
      if (in.isNull(i)) {
        out.appendNull();
        continue;
      }
      BigDecimal seconds = BigDecimal.valueOf(in.get(i), 9);
      BigDecimal fitted = Decimals.fit(seconds, to);
      if (fitted != null) {
        Decimals.append(out, fitted);
      } else if (quiet) {
        out.appendNull();
      } else {
        throw Errors.outOfRange(seconds.toPlainString(), to, i);
      }
    }
    return out.build();
  }
}
