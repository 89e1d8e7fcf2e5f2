package dev.sluice.operators.function.datetime;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.time.DateTimes;
import dev.sluice.operators.time.ZoneShift;
import java.time.ZoneOffset;

/** Arguments of the types that datetime functions take, and the loops that most of them share. */
final class TimeArguments {
  static final ZoneShift UTC = ZoneShift.of(ZoneOffset.UTC);

  private TimeArguments() {}

  /** The argument as a date; a timestamp gives its day on the session's wall clock. */
  static Expression date(FunctionCall call, int index) {
    Expression argument = call.argument(index);
    return isTimestamp(argument.type())
        ? toDate(argument, call.session())
        : call.coerce(index, AtomicType.DATE);
  }

  static Expression toDate(Expression timestamp, Session session) {
    ZoneShift zone = zone(timestamp.type(), session);
    return new Converted(
        timestamp,
        AtomicType.DATE,
        timestamp.sql(),
        (column, rows) -> {
          LongColumn in = (LongColumn) column.flatten();
          int[] days = new int[rows];
          for (int i = 0; i < rows; i++) {
            if (!in.isNull(i)) {
              days[i] = DateTimes.toDays(in.get(i), zone);
            }
          }
          return new IntColumn(AtomicType.DATE, days, in.validity(), rows);
        });
  }

  /** The argument as a timestamp, or as it is if it has no time zone. */
  static Expression anyTimestamp(FunctionCall call, int index) {
    return call.coerce(index, AtomicType.TIMESTAMP, AtomicType.TIMESTAMP_NTZ);
  }

  static boolean isTimestamp(DataType type) {
    return type == AtomicType.TIMESTAMP || type == AtomicType.TIMESTAMP_NTZ;
  }

  /** What leads from values of the type to the wall clock. */
  static ZoneShift zone(DataType type, Session session) {
    return type == AtomicType.TIMESTAMP ? ZoneShift.of(session.timeZone()) : UTC;
  }

  static LongColumn longs(Column column) {
    return (LongColumn) column.flatten();
  }

  static IntColumn ints(Column column) {
    return (IntColumn) column.flatten();
  }

  static BytesColumn bytes(Column column) {
    return (BytesColumn) column.flatten();
  }

  @FunctionalInterface
  interface LongOfLong {
    long apply(long value);
  }

  @FunctionalInterface
  interface IntOfInts {
    int apply(int left, int right);
  }

  /** Applies a function to each value; its ArithmeticException is the overflow of that row. */
  static Column mapLongs(Column column, int rows, DataType type, LongOfLong function) {
    LongColumn in = longs(column);
    long[] out = new long[rows];
    Validity valid = in.validity();
    int row = 0;
    try {
      for (; row < rows; row++) {
        if (valid.isValid(row)) {
          out[row] = function.apply(in.get(row));
        }
      }
    } catch (ArithmeticException e) {
      throw overflow(row, e);
    }
    return new LongColumn(type, out, valid, rows);
  }

  /** As {@link #mapLongs}, of two columns of ints. */
  static Column mapInts(Column left, Column right, int rows, DataType type, IntOfInts function) {
    IntColumn a = ints(left);
    IntColumn b = ints(right);
    int[] out = new int[rows];
    Validity valid = a.validity().and(b.validity(), rows);
    int row = 0;
    try {
      for (; row < rows; row++) {
        if (valid.isValid(row)) {
          out[row] = function.apply(a.get(row), b.get(row));
        }
      }
    } catch (ArithmeticException e) {
      throw overflow(row, e);
    }
    return new IntColumn(type, out, valid, rows);
  }

  static EvaluationException overflow(int row, ArithmeticException cause) {
    return new EvaluationException(
        "DATETIME_OVERFLOW", "the result is out of range: " + cause.getMessage(), row);
  }
}
