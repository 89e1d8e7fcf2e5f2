package dev.sluice.operators.function.datetime;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.CollatedType;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.TimeType;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.Nulls;
import dev.sluice.operators.function.ScalarCall;
import dev.sluice.operators.time.DateTimes;
import dev.sluice.operators.time.TimesOfDay;
import dev.sluice.operators.time.ZoneShift;
import java.util.ArrayList;
import java.util.List;

/** Dates and timestamps from their fields. */
public final class MakeTimeFunctions implements FunctionFamily {
  private static final DecimalType SECONDS = new DecimalType(16, 6);

  @Override
  public List<String> names() {
    return List.of(
        "make_date",
        "make_timestamp",
        "make_timestamp_ltz",
        "make_timestamp_ntz",
        "try_make_timestamp",
        "try_make_timestamp_ltz",
        "try_make_timestamp_ntz");
  }

  @Override
  public Function function(String name) {
    if (name.equals("make_date")) {
      return NamedFunction.of(
          name,
          FunctionDoc.of(
              "datetime_funcs",
              "make_date(year, month, day)",
              "The date of these fields.",
              example("make_date(2013, 7, 15)", "2013-07-15")),
          MakeTimeFunctions::bindDate);
    }
    if (!names().contains(name)) {
      throw FunctionFamily.unknown(name);
    }
    boolean quiet = name.startsWith("try_");
    boolean local = name.endsWith("ntz");
    return NamedFunction.of(
        name,
        FunctionDoc.of(
            "datetime_funcs",
            name + "(year, month, day, hour, min, sec" + (local ? ")" : "[, timezone])"),
            "The timestamp of these fields" + (quiet ? ", null if there is none." : "."),
            example(name + "(2014, 12, 28, 6, 30, 45.887)", "2014-12-28 06:30:45.887")),
        call -> bindTimestamp(name, call, quiet, local));
  }

  private static Expression bindDate(FunctionCall call) {
    call.requireCount(3, 3);
    List<Expression> arguments = ints(call, 3);
    boolean ansi = call.session().ansi();
    return new ScalarCall(
        "make_date",
        arguments,
        AtomicType.DATE,
        !ansi || Nulls.anyNullable(arguments),
        ansi,
        (columns, rows, context) -> {
          List<FlatColumn> in = Nulls.flatten(columns);
          Validity valid = Nulls.of(in, rows);
          int[] out = new int[rows];
          boolean[] isNull = new boolean[rows];
          for (int i = 0; i < rows; i++) {
            isNull[i] = valid.isNull(i);
            if (!isNull[i]) {
              out[i] = DateTimes.date(get(in, 0, i), get(in, 1, i), get(in, 2, i));
              isNull[i] = out[i] == DateTimes.INVALID_DATE;
              if (isNull[i] && ansi) {
                throw outOfBounds(in, i, "");
              }
            }
          }
          return new IntColumn(AtomicType.DATE, out, Validity.ofNulls(isNull, rows), rows);
        });
  }

  private static List<Expression> ints(FunctionCall call, int count) {
    List<Expression> arguments = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      arguments.add(call.coerce(i, AtomicType.INT));
    }
    return arguments;
  }

  private static int get(List<FlatColumn> columns, int index, int row) {
    return ((IntColumn) columns.get(index)).get(row);
  }

  private static EvaluationException outOfBounds(List<FlatColumn> in, int row, String rest) {
    return new EvaluationException(
        "DATETIME_FIELD_OUT_OF_BOUNDS.WITH_SUGGESTION",
        "there is no year "
            + get(in, 0, row)
            + ", month "
            + get(in, 1, row)
            + ", day "
            + get(in, 2, row)
            + rest,
        row);
  }

  private static Expression bindTimestamp(
      String name, FunctionCall call, boolean quiet, boolean local) {
    DataType type = local ? AtomicType.TIMESTAMP_NTZ : AtomicType.TIMESTAMP;
    call.requireCount(local ? 2 : 1, local ? 6 : 7);
    if (call.count() <= 3) {
      return ofDate(name, call, type);
    }
    call.requireCount(6, local ? 6 : 7);
    List<Expression> arguments = ints(call, 5);
    arguments.add(call.coerce(5, SECONDS));
    if (call.count() == 7) {
      arguments.add(call.coerce(6, AtomicType.STRING));
    }
    boolean fails = call.session().ansi() && !quiet;
    ZoneShift session = ZoneShift.of(call.session().timeZone());
    return new ScalarCall(
        name,
        arguments,
        type,
        !fails || Nulls.anyNullable(arguments),
        fails || call.count() == 7,
        (columns, rows, context) -> {
          List<FlatColumn> in = Nulls.flatten(columns);
          Validity valid = Nulls.of(in, rows);
          ZoneFunctions.ZoneColumn zones =
              columns.size() == 7 ? new ZoneFunctions.ZoneColumn(columns.get(6)) : null;
          long[] out = new long[rows];
          boolean[] isNull = new boolean[rows];
          for (int i = 0; i < rows; i++) {
            isNull[i] = valid.isNull(i);
            if (!isNull[i]) {
              long wall = local(in, i, fails);
              isNull[i] = wall == DateTimes.INVALID;
              if (!isNull[i]) {
                out[i] = local ? wall : (zones == null ? session : zones.get(i)).fromLocal(wall);
              } else if (fails) {
                throw outOfBounds(in, i, " with this time; try_make_timestamp gives NULL instead");
              }
            }
          }
          return new LongColumn(type, out, Validity.ofNulls(isNull, rows), rows);
        });
  }

  /** Second 60 without a fraction is the next minute. */
  private static long local(List<FlatColumn> in, int row, boolean fails) {
    int days = DateTimes.date(get(in, 0, row), get(in, 1, row), get(in, 2, row));
    long micros = ((LongColumn) in.get(5)).get(row);
    long second = micros / DateTimes.MICROS_PER_SECOND;
    long fraction = micros % DateTimes.MICROS_PER_SECOND;
    if (second == 60 && fraction != 0 && fails) {
      throw new EvaluationException(
          "INVALID_FRACTION_OF_SECOND",
          "the fraction of second 60 must be zero; try_make_timestamp gives NULL instead",
          row);
    }
    boolean next = second == 60 && fraction == 0;
    if (days == DateTimes.INVALID_DATE || micros < 0 || (second > 59 && !next)) {
      return DateTimes.INVALID;
    }
    long time =
        DateTimes.microsOfDay(
            get(in, 3, row), get(in, 4, row), next ? 59 : (int) second, (int) fraction);
    if (time == DateTimes.INVALID) {
      return DateTimes.INVALID;
    }
    try {
      long midnight = Math.multiplyExact(days, DateTimes.MICROS_PER_DAY);
      return Math.addExact(midnight, time + (next ? DateTimes.MICROS_PER_SECOND : 0));
    } catch (ArithmeticException e) {
      return DateTimes.INVALID;
    }
  }

  /** The forms with a date, or a date and a time of day, and a zone where there is one. */
  private static Expression ofDate(String name, FunctionCall call, DataType type) {
    requireExactly(call, 0, "DATE", call.argument(0).type() == AtomicType.DATE);
    Expression date = call.coerce(0, AtomicType.DATE);
    ZoneShift session = TimeArguments.zone(type, call.session());
    if (call.count() == 1) {
      return new ScalarCall(
          name,
          List.of(date),
          type,
          date.nullable(),
          true,
          (columns, rows, context) -> midnights(columns.get(0), rows, type, session));
    }
    DataType time = call.argument(1).type();
    requireExactly(call, 1, "TIME", time instanceof TimeType);
    List<Expression> arguments = new ArrayList<>();
    arguments.add(date);
    arguments.add(call.coerce(1, time instanceof TimeType ? time : TimeType.DEFAULT));
    if (call.count() == 3) {
      requireExactly(call, 2, "STRING", CollatedType.isText(call.argument(2).type()));
      arguments.add(call.coerce(2, AtomicType.STRING));
    }
    return new ScalarCall(
        name,
        arguments,
        type,
        Nulls.anyNullable(arguments),
        true,
        (columns, rows, context) -> ofDateAndTime(columns, rows, type, session));
  }

  /** Spark casts nothing but NULL to these parameters. */
  private static void requireExactly(FunctionCall call, int argument, String type, boolean is) {
    DataType given = call.argument(argument).type();
    if (!is && given != AtomicType.NULL) {
      throw call.error(
          "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
          argument,
          "argument "
              + (argument + 1)
              + " of '"
              + call.name()
              + "' must be a "
              + type
              + ", not "
              + given.sql(),
          "give a date and a time, or year, month, day, hour, minute and second");
    }
  }

  private static Column ofDateAndTime(
      List<Column> columns, int rows, DataType type, ZoneShift session) {
    List<FlatColumn> in = Nulls.flatten(columns);
    Validity valid = Nulls.of(in, rows);
    int[] days = ((IntColumn) in.get(0)).values();
    long[] nanos = ((LongColumn) in.get(1)).values();
    ZoneFunctions.ZoneColumn zones =
        columns.size() == 3 ? new ZoneFunctions.ZoneColumn(columns.get(2)) : null;
    long[] out = new long[rows];
    int row = 0;
    try {
      for (; row < rows; row++) {
        if (valid.isValid(row)) {
          long midnight = Math.multiplyExact(days[row], DateTimes.MICROS_PER_DAY);
          long wall = Math.addExact(midnight, nanos[row] / TimesOfDay.NANOS_PER_MICRO);
          out[row] = (zones == null ? session : zones.get(row)).fromLocal(wall);
        }
      }
    } catch (ArithmeticException e) {
      throw TimeArguments.overflow(row, e);
    }
    return new LongColumn(type, out, valid, rows);
  }

  private static Column midnights(Column dates, int rows, DataType type, ZoneShift zone) {
    IntColumn in = TimeArguments.ints(dates);
    long[] out = new long[rows];
    int row = 0;
    try {
      for (; row < rows; row++) {
        if (!in.isNull(row)) {
          out[row] = DateTimes.fromDays(in.get(row), zone);
        }
      }
    } catch (ArithmeticException e) {
      throw TimeArguments.overflow(row, e);
    }
    return new LongColumn(type, out, in.validity(), rows);
  }
}
