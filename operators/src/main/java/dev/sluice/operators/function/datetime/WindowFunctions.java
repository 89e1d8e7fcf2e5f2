package dev.sluice.operators.function.datetime;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.CalendarInterval;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.StructColumn;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.IntervalText;
import dev.sluice.operators.expression.Renamed;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.ScalarCall;
import dev.sluice.operators.time.DateTimes;
import dev.sluice.operators.time.TimeWindows;
import java.util.List;
import java.util.Optional;

/** The window of time that a row is in, and the last instant of a window. */
public final class WindowFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of("window", "window_time");
  }

  @Override
  public Function function(String name) {
    if (name.equals("window")) {
      return NamedFunction.of(
          name,
          FunctionDoc.of(
              "datetime_funcs",
              "window(time_column, window_duration[, slide_duration[, start_time]])",
              "The start and the end of the window that the time is in.",
              example(
                  "window(TIMESTAMP '2021-01-01 00:06:00', '5 minutes')",
                  "{2021-01-01 00:05:00, 2021-01-01 00:10:00}")),
          WindowFunctions::bindWindow);
    }
    return NamedFunction.of(
        name,
        FunctionDoc.of(
            "datetime_funcs",
            "window_time(window_column)",
            "The time of a window: the last microsecond before its end.",
            example(
                "window_time(window(TIMESTAMP '2021-01-01 00:06:00', '5 minutes'))",
                "2021-01-01 00:09:59.999999")),
        WindowFunctions::bindTime);
  }

  private static Expression bindWindow(FunctionCall call) {
    call.requireCount(2, 4);
    Expression time = TimeArguments.anyTimestamp(call, 0);
    long duration = micros(call, 1);
    TimeWindows windows;
    try {
      windows =
          new TimeWindows(
              duration,
              call.count() > 2 ? micros(call, 2) : duration,
              call.count() > 3 ? micros(call, 3) : 0L);
    } catch (IllegalArgumentException e) {
      throw call.error(
          "DATATYPE_MISMATCH.PARAMETER_CONSTRAINT_VIOLATION",
          -1,
          String.valueOf(e.getMessage()),
          null);
    }
    if (!windows.tumbling()) {
      throw call.error(
          "NOT_IMPLEMENTED",
          -1,
          "windows that overlap put a row into several windows, which an expression cannot",
          "give 'slide' under 'window' in a 'groupBy' step");
    }
    DataType type = time.type();
    StructType struct = StructType.of(new Field("start", type), new Field("end", type));
    Expression made =
        new ScalarCall(
            "window",
            List.of(time),
            struct,
            time.nullable(),
            true,
            (columns, rows, context) -> windows(columns.get(0), rows, windows, struct));
    return new Renamed(made, "window");
  }

  private static Column windows(Column times, int rows, TimeWindows windows, StructType struct) {
    LongColumn in = TimeArguments.longs(times);
    Validity valid = in.validity();
    long[] starts = new long[rows];
    long[] ends = new long[rows];
    int row = 0;
    try {
      for (; row < rows; row++) {
        if (valid.isValid(row)) {
          starts[row] = windows.lastStart(in.get(row));
          ends[row] = Math.addExact(starts[row], windows.duration());
        }
      }
    } catch (ArithmeticException e) {
      throw TimeArguments.overflow(row, e);
    }
    DataType type = in.type();
    return new StructColumn(
        struct,
        List.of(new LongColumn(type, starts, valid, rows), new LongColumn(type, ends, valid, rows)),
        valid,
        rows);
  }

  /** Microseconds of a constant length of time: text such as {@code 5 minutes}, or an interval. */
  private static long micros(FunctionCall call, int argument) {
    Object value = call.constant(argument);
    if (value instanceof Long micros) {
      return micros;
    }
    Optional<CalendarInterval> interval =
        value instanceof CalendarInterval given
            ? Optional.of(given)
            : value instanceof String text ? IntervalText.parseUnits(text) : Optional.empty();
    if (interval.isEmpty()) {
      throw call.error(
          "INVALID_INTERVAL_FORMAT",
          argument,
          "'" + value + "' is no length of time",
          "write it as '10 minutes'");
    }
    CalendarInterval length = interval.get();
    if (length.months() != 0) {
      throw call.error(
          "INVALID_INTERVAL_FORMAT",
          argument,
          "windows are not counted in months or years",
          "give days");
    }
    return Math.addExact(length.days() * DateTimes.MICROS_PER_DAY, length.microseconds());
  }

  private static Expression bindTime(FunctionCall call) {
    call.requireCount(1, 1);
    Expression window = call.argument(0);
    if (!(window.type() instanceof StructType struct)
        || struct.size() != 2
        || !TimeArguments.isTimestamp(struct.field(1).type())) {
      throw call.error(
          "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
          0,
          "the argument of 'window_time' must be a window, not " + window.type().sql(),
          null);
    }
    DataType type = struct.field(1).type();
    return new ScalarCall(
        "window_time",
        List.of(window),
        type,
        window.nullable(),
        false,
        (columns, rows, context) -> {
          StructColumn in = (StructColumn) columns.get(0).flatten();
          LongColumn ends = TimeArguments.longs(in.child(1));
          long[] out = new long[rows];
          for (int i = 0; i < rows; i++) {
            out[i] = ends.get(i) - 1;
          }
          return new LongColumn(type, out, in.validity().and(ends.validity(), rows), rows);
        });
  }
}
