package dev.sluice.operators.function.datetime;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.FloatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.ScalarCall;
import dev.sluice.operators.time.DateTimes;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Numbers since 1970 to dates and timestamps, and back. */
public final class EpochFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of(
        "timestamp_seconds",
        "timestamp_millis",
        "timestamp_micros",
        "unix_seconds",
        "unix_millis",
        "unix_micros",
        "unix_date",
        "date_from_unix_date");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "timestamp_seconds" ->
          NamedFunction.of(
              name,
              doc(
                  "timestamp_seconds(seconds)",
                  "The timestamp so many seconds after 1970-01-01 00:00:00 UTC.",
                  "timestamp_seconds(1230219000)",
                  "2008-12-25 15:30:00"),
              EpochFunctions::bindSeconds);
      case "timestamp_millis" -> toTimestamp(name, "milliseconds", "1230219000123", 1000L);
      case "timestamp_micros" -> toTimestamp(name, "microseconds", "1230219000123000", 1L);
      case "unix_seconds" -> fromTimestamp(name, "Seconds", "1", DateTimes.MICROS_PER_SECOND);
      case "unix_millis" -> fromTimestamp(name, "Milliseconds", "1000", 1000L);
      case "unix_micros" -> fromTimestamp(name, "Microseconds", "1000000", 1L);
      case "unix_date" ->
          NamedFunction.of(
              name,
              doc("unix_date(date)", "Days since 1970-01-01.", "unix_date(DATE '1970-01-02')", "1"),
              call -> {
                call.requireCount(1, 1);
                return retyped(name, call.exactly(0, AtomicType.DATE), AtomicType.INT);
              });
      case "date_from_unix_date" ->
          NamedFunction.of(
              name,
              doc(
                  "date_from_unix_date(days)",
                  "The date so many days after 1970-01-01.",
                  "date_from_unix_date(1)",
                  "1970-01-02"),
              call -> {
                call.requireCount(1, 1);
                return retyped(name, call.coerce(0, AtomicType.INT), AtomicType.DATE);
              });
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static FunctionDoc doc(String usage, String description, String sql, String result) {
    return FunctionDoc.of("datetime_funcs", usage, description, example(sql, result));
  }

  private static Expression retyped(String name, Expression argument, DataType type) {
    return new ScalarCall(
        name,
        List.of(argument),
        type,
        argument.nullable(),
        false,
        (columns, rows, context) -> {
          IntColumn in = TimeArguments.ints(columns.get(0));
          return new IntColumn(type, in.values(), in.validity(), rows);
        });
  }

  private static Expression whole(FunctionCall call) {
    call.exactly(0, AtomicType.BIGINT, AtomicType.INT, AtomicType.SMALLINT, AtomicType.TINYINT);
    return call.coerce(0, AtomicType.BIGINT);
  }

  private static NamedFunction toTimestamp(String name, String unit, String number, long micros) {
    return NamedFunction.of(
        name,
        doc(
            name + "(" + unit + ")",
            "The timestamp so many " + unit + " after 1970-01-01 00:00:00 UTC.",
            name + "(" + number + ")",
            "2008-12-25 15:30:00.123"),
        call -> {
          call.requireCount(1, 1);
          Expression argument = whole(call);
          return new ScalarCall(
              name,
              List.of(argument),
              AtomicType.TIMESTAMP,
              argument.nullable(),
              micros != 1,
              (columns, rows, context) ->
                  TimeArguments.mapLongs(
                      columns.get(0),
                      rows,
                      AtomicType.TIMESTAMP,
                      value -> Math.multiplyExact(value, micros)));
        });
  }

  private static NamedFunction fromTimestamp(String name, String unit, String result, long micros) {
    return NamedFunction.of(
        name,
        doc(
            name + "(timestamp)",
            unit + " since 1970-01-01 00:00:00 UTC.",
            name + "(TIMESTAMP '1970-01-01 00:00:01Z')",
            result),
        call -> {
          call.requireCount(1, 1);
          Expression argument = call.exactly(0, AtomicType.TIMESTAMP);
          return new ScalarCall(
              name,
              List.of(argument),
              AtomicType.BIGINT,
              argument.nullable(),
              false,
              (columns, rows, context) -> {
                LongColumn in = TimeArguments.longs(columns.get(0));
                long[] out = new long[rows];
                for (int i = 0; i < rows; i++) {
                  out[i] = Math.floorDiv(in.get(i), micros);
                }
                return new LongColumn(AtomicType.BIGINT, out, in.validity(), rows);
              });
        });
  }

  private static Expression bindSeconds(FunctionCall call) {
    call.requireCount(1, 1);
    DataType type = call.argument(0).type();
    Expression argument =
        type == AtomicType.FLOAT || type == AtomicType.DOUBLE || type instanceof DecimalType
            ? call.argument(0)
            : whole(call);
    return seconds("timestamp_seconds", argument);
  }

  /** Timestamps of seconds since 1970, of any numeric type. */
  static Expression seconds(String name, Expression argument) {
    return new ScalarCall(
        name,
        List.of(argument),
        AtomicType.TIMESTAMP,
        true,
        true,
        (columns, rows, context) -> seconds(columns.get(0).flatten(), rows));
  }

  private static Column seconds(FlatColumn in, int rows) {
    long[] out = new long[rows];
    boolean[] isNull = new boolean[rows];
    int row = 0;
    try {
      for (; row < rows; row++) {
        isNull[row] = in.isNull(row);
        if (isNull[row]) {
          continue;
        }
        if (in instanceof DoubleColumn || in instanceof FloatColumn) {
          double seconds =
              in instanceof DoubleColumn doubles ? doubles.get(row) : ((FloatColumn) in).get(row);
          isNull[row] = Double.isNaN(seconds) || Double.isInfinite(seconds);
          out[row] = (long) (seconds * DateTimes.MICROS_PER_SECOND);
        } else if (in.type() instanceof DecimalType) {
          out[row] = exactMicros(in.value(row));
        } else {
          long seconds = in instanceof IntColumn ints ? ints.get(row) : ((LongColumn) in).get(row);
          out[row] = Math.multiplyExact(seconds, DateTimes.MICROS_PER_SECOND);
        }
      }
    } catch (ArithmeticException e) {
      throw TimeArguments.overflow(row, e);
    }
    return new LongColumn(AtomicType.TIMESTAMP, out, Validity.ofNulls(isNull, rows), rows);
  }

  private static long exactMicros(@Nullable Object seconds) {
    return seconds instanceof BigDecimal decimal ? decimal.movePointRight(6).longValueExact() : 0L;
  }
}
