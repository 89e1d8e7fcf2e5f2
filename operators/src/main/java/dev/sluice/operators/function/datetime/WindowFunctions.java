package dev.sluice.operators.function.datetime;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.CalendarInterval;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DayTimeIntervalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.StructColumn;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.Cast;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.IntervalText;
import dev.sluice.operators.expression.TimeArithmetic;
import dev.sluice.operators.function.EventTimeCarrier;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.Generator;
import dev.sluice.operators.function.GeneratorFunction;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.NamedGenerator;
import dev.sluice.operators.function.ScalarCall;
import dev.sluice.operators.time.DateTimes;
import dev.sluice.operators.time.TimeWindows;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The windows of time that a row is in, sessions, and the last instant of a window. */
public final class WindowFunctions implements FunctionFamily {
  private static final String[] UNITS = {
    "microsecond", "millisecond", "second", "minute", "hour", "day"
  };
  // How many of a unit are one of the next.
  private static final int[] UNIT_LENGTHS = {1000, 1000, 60, 60, 24};
  private static final String WINDOW = "window";
  private static final String SESSION = "session_window";

  @Override
  public List<String> names() {
    return List.of(WINDOW, SESSION, "window_time");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case WINDOW ->
          NamedFunction.of(
              name,
              windowDoc(),
              call -> {
                Expression time = time(call);
                TimeWindows windows = timeWindows(call);
                if (!windows.tumbling()) {
                  throw call.error(
                      "NOT_IMPLEMENTED",
                      -1,
                      "windows that overlap put a row into several windows, which an expression"
                          + " cannot",
                      "let it stand in a select list or in GROUP BY");
                }
                return windowOf(time, windows);
              });
      case SESSION ->
          NamedFunction.of(name, sessionDoc(), call -> sessionOf(time(call), gapEnd(call)));
      case "window_time" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "datetime_funcs",
                  "window_time(window_column)",
                  "The time of a window: the last microsecond before its end.",
                  example(
                      "window_time(window(TIMESTAMP '2021-01-01 00:06:00', '5 minutes'))",
                      "2021-01-01 00:09:59.999999")),
              WindowFunctions::bindTime);
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static FunctionDoc windowDoc() {
    return FunctionDoc.of(
        "datetime_funcs",
        "window(time_column, window_duration[, slide_duration[, start_time]])",
        "The start and the end of the window that the time is in; of windows that overlap, a row "
            + "for each.",
        example(
            "window(TIMESTAMP '2021-01-01 00:06:00', '5 minutes')",
            "{2021-01-01 00:05:00, 2021-01-01 00:10:00}"));
  }

  private static FunctionDoc sessionDoc() {
    return FunctionDoc.of(
        "datetime_funcs",
        "session_window(time_column, gap_duration)",
        "The start and the end of the session that the time is in: as a grouping key, times of one "
            + "group less than the gap apart are of one session.",
        example(
            "session_window(TIMESTAMP '2021-01-01 00:06:00', '5 minutes')",
            "{2021-01-01 00:06:00, 2021-01-01 00:11:00}"));
  }

  /**
   * Puts each row into the windows that its time is in, none for a null time: what {@code window}
   * and {@code session_window} mean in a select list and as grouping keys. Its one column is a
   * struct of start and end; a session is that of its row alone, to be merged with others.
   */
  public static GeneratorFunction assignment(String name) {
    boolean session = name.equalsIgnoreCase(SESSION);
    return NamedGenerator.of(
        session ? SESSION : WINDOW,
        session ? sessionDoc() : windowDoc(),
        call -> session ? assignSessions(call) : assignWindows(call));
  }

  private static Generator assignWindows(FunctionCall call) {
    Expression time = time(call);
    TimeWindows windows = timeWindows(call);
    StructType struct = windowType(time.type());
    String shown =
        time.sql()
            + ", "
            + length(windows.duration())
            + (windows.tumbling() ? "" : ", slide " + length(windows.slide()))
            + (windows.startTime() == 0 ? "" : ", start " + length(windows.startTime()));
    return new Assignment(
        WINDOW + "(" + shown + ")",
        List.of(time),
        struct,
        columns -> windows(TimeArguments.longs(columns.get(0)), windows, struct));
  }

  /** In the largest unit of which it is a whole number: {@code 10 minutes}. */
  private static String length(long micros) {
    long unit = 1;
    int name = 0;
    while (name < UNIT_LENGTHS.length && micros % (unit * UNIT_LENGTHS[name]) == 0) {
      unit *= UNIT_LENGTHS[name++];
    }
    long count = micros / unit;
    return count + " " + UNITS[name] + (Math.abs(count) == 1 ? "" : "s");
  }

  private static Generator assignSessions(FunctionCall call) {
    Expression time = time(call);
    Expression end = gapEnd(call);
    StructType struct = windowType(time.type());
    return new Assignment(
        SESSION + "(" + time.sql() + ", " + call.argument(1).sql() + ")",
        List.of(time, end),
        struct,
        columns ->
            sessions(
                TimeArguments.longs(columns.get(0)), TimeArguments.longs(columns.get(1)), struct));
  }

  private record Assignment(
      String sql,
      List<Expression> arguments,
      StructType struct,
      java.util.function.Function<List<Column>, Generated> kernel)
      implements Generator, EventTimeCarrier {
    @Override
    public Optional<Expression> eventTime() {
      return Optional.of(arguments.get(0));
    }

    @Override
    public List<Field> output() {
      return List.of(new Field(sql.substring(0, sql.indexOf('(')), struct, false));
    }

    @Override
    public boolean outer() {
      return false;
    }

    @Override
    public Generated generate(Batch input, EvaluationContext context) {
      return kernel.apply(arguments.stream().map(a -> a.evaluate(input, context)).toList());
    }
  }

  private static StructType windowType(DataType time) {
    return StructType.of(new Field("start", time), new Field("end", time));
  }

  /** The windows of each row, the earliest first. */
  private static Generator.Generated windows(
      LongColumn times, TimeWindows windows, StructType struct) {
    int rows = times.size();
    int most = windows.overlap();
    int[] parents = new int[rows];
    long[] starts = new long[rows];
    int count = 0;
    for (int row = 0; row < rows; row++) {
      if (times.isNull(row)) {
        continue;
      }
      long time = times.get(row);
      try {
        long last = windows.lastStart(time);
        long first = last - (most - 1) * windows.slide();
        for (long start = first; start <= last; start += windows.slide()) {
          if (start + windows.duration() > time) {
            if (count == parents.length) {
              parents = Arrays.copyOf(parents, Math.multiplyExact(count, 2));
              starts = Arrays.copyOf(starts, parents.length);
            }
            parents[count] = row;
            starts[count++] = start;
          }
        }
        Math.addExact(last, windows.duration());
      } catch (ArithmeticException e) {
        throw TimeArguments.overflow(row, e);
      }
    }
    long[] ends = new long[count];
    for (int i = 0; i < count; i++) {
      ends[i] = starts[i] + windows.duration();
    }
    return generated(parents, starts, ends, count, struct);
  }

  /** The session of each row by itself; none where it would not last. */
  private static Generator.Generated sessions(
      LongColumn times, LongColumn ends, StructType struct) {
    int rows = times.size();
    int[] parents = new int[rows];
    long[] starts = new long[rows];
    long[] until = new long[rows];
    int count = 0;
    for (int row = 0; row < rows; row++) {
      if (times.isNull(row) || ends.isNull(row) || ends.get(row) <= times.get(row)) {
        continue;
      }
      parents[count] = row;
      starts[count] = times.get(row);
      until[count++] = ends.get(row);
    }
    return generated(parents, starts, until, count, struct);
  }

  private static Generator.Generated generated(
      int[] parents, long[] starts, long[] ends, int count, StructType struct) {
    DataType type = struct.field(0).type();
    Column column =
        new StructColumn(
            struct,
            List.of(
                new LongColumn(type, Arrays.copyOf(starts, count), Validity.ALL, count),
                new LongColumn(type, Arrays.copyOf(ends, count), Validity.ALL, count)),
            Validity.ALL,
            count);
    return new Generator.Generated(Arrays.copyOf(parents, count), List.of(column), count);
  }

  /** The first argument as a timestamp; of a window, its last instant. */
  private static Expression time(FunctionCall call) {
    boolean session = call.name().equalsIgnoreCase(SESSION);
    call.requireCount(2, session ? 2 : 4);
    return isWindow(call.argument(0).type())
        ? timeOf(call.argument(0))
        : TimeArguments.anyTimestamp(call, 0);
  }

  /** The time that many units after the first argument; null where there is no such gap. */
  private static Expression gapEnd(FunctionCall call) {
    Expression time = time(call);
    Expression gap = call.argument(1);
    if (gap.foldable()) {
      long micros = micros(call, 1);
      return new Converted(
          time,
          time.type(),
          gap.sql(),
          (column, rows) ->
              TimeArguments.mapLongs(
                  column, rows, time.type(), value -> Math.addExact(value, micros)));
    }
    Expression interval =
        gap.type() == AtomicType.STRING
            ? Cast.explicit(gap, AtomicType.CALENDAR_INTERVAL, false, call.session())
            : gap;
    if (interval.type() != AtomicType.CALENDAR_INTERVAL) {
      throw call.error(
          "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
          1,
          "the gap of 'session_window' must be a length of time, not " + gap.type().sql(),
          "write it as '10 minutes'");
    }
    return new TimeArithmetic(
        TimeArithmetic.Kind.CALENDAR,
        time,
        interval,
        false,
        time.type(),
        TimeArguments.zone(time.type(), call.session()),
        gap.sql());
  }

  private static Expression sessionOf(Expression time, Expression end) {
    StructType struct = windowType(time.type());
    Expression made =
        new ScalarCall(
            SESSION,
            List.of(time, end),
            struct,
            time.nullable() || end.nullable(),
            false,
            (columns, rows, context) -> {
              LongColumn starts = TimeArguments.longs(columns.get(0));
              LongColumn ends = TimeArguments.longs(columns.get(1));
              Validity valid = starts.validity().and(ends.validity(), rows);
              return new StructColumn(struct, List.of(starts, ends), valid, rows);
            });
    return new OfTime(made, time, SESSION);
  }

  private static TimeWindows timeWindows(FunctionCall call) {
    long duration = micros(call, 1);
    try {
      return new TimeWindows(
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
  }

  private static Expression windowOf(Expression time, TimeWindows windows) {
    StructType struct = windowType(time.type());
    Expression made =
        new ScalarCall(
            WINDOW,
            List.of(time),
            struct,
            time.nullable(),
            true,
            (columns, rows, context) -> windows(columns.get(0), rows, windows, struct));
    return new OfTime(made, time, WINDOW);
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
    if (call.argument(argument).type() instanceof DayTimeIntervalType) {
      throw call.error(
          "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
          argument,
          "lengths of windows are strings, not " + call.argument(argument).type().sql(),
          "write it as '10 minutes'");
    }
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
    if (!isWindow(window.type())) {
      throw call.error(
          "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
          0,
          "the argument of 'window_time' must be a window, not " + window.type().sql(),
          null);
    }
    return timeOf(window);
  }

  private static boolean isWindow(DataType type) {
    return type instanceof StructType struct
        && struct.size() == 2
        && TimeArguments.isTimestamp(struct.field(1).type());
  }

  private static Expression timeOf(Expression window) {
    DataType type = ((StructType) window.type()).field(1).type();
    Expression made =
        new ScalarCall(
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
    return new OfTime(made, window, made.sql());
  }
}
