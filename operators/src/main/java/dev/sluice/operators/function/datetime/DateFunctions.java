package dev.sluice.operators.function.datetime;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.Nulls;
import dev.sluice.operators.function.ScalarCall;
import dev.sluice.operators.time.CivilDate;
import dev.sluice.operators.time.DateTimes;
import dev.sluice.operators.time.ZoneShift;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Arithmetic of days and months. */
public final class DateFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of(
        "date_add",
        "dateadd",
        "date_sub",
        "datediff",
        "date_diff",
        "add_months",
        "months_between",
        "last_day",
        "next_day");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "date_add", "dateadd" ->
          declare(
                  "date_add",
                  "date_add(start_date, num_days)",
                  "The date so many days later.",
                  "date_add('2016-07-30', 1)",
                  "2016-07-31",
                  call -> shift("date_add", call, 1))
              .withAliases("dateadd");
      case "date_sub" ->
          declare(
              name,
              "date_sub(start_date, num_days)",
              "The date so many days earlier.",
              "date_sub('2016-07-30', 1)",
              "2016-07-29",
              call -> shift("date_sub", call, -1));
      case "datediff", "date_diff" ->
          declare(
                  "datediff",
                  "datediff(end_date, start_date)",
                  "The days from the second date to the first.",
                  "datediff('2009-07-31', '2009-07-30')",
                  "1",
                  DateFunctions::difference)
              .withAliases("date_diff");
      case "add_months" ->
          declare(
              name,
              "add_months(start_date, num_months)",
              "The date so many months later, or the last day of that month where it is shorter.",
              "add_months('2016-08-31', 1)",
              "2016-09-30",
              DateFunctions::addMonths);
      case "months_between" ->
          declare(
              name,
              "months_between(timestamp1, timestamp2[, round_off])",
              "Months from the second to the first; parts count as of a month of 31 days, the same "
                  + "day or two ends of months as whole.",
              "months_between('1997-02-28 10:30:00', '1996-10-30')",
              "3.94959677",
              DateFunctions::monthsBetween);
      case "last_day" ->
          declare(
              name,
              "last_day(date)",
              "The last day of the month.",
              "last_day('2009-01-12')",
              "2009-01-31",
              DateFunctions::lastDay);
      case "next_day" ->
          declare(
              name,
              "next_day(start_date, day_of_week)",
              "The first such day of the week after the date.",
              "next_day('2015-01-14', 'TU')",
              "2015-01-20",
              DateFunctions::nextDay);
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static NamedFunction declare(
      String name,
      String usage,
      String description,
      String sql,
      String result,
      NamedFunction.Binder binder) {
    return NamedFunction.of(
        name, FunctionDoc.of("datetime_funcs", usage, description, example(sql, result)), binder);
  }

  private static Expression shift(String name, FunctionCall call, int sign) {
    call.requireCount(2, 2);
    List<Expression> arguments =
        List.of(
            TimeArguments.date(call, 0),
            call.coerce(1, AtomicType.INT, AtomicType.SMALLINT, AtomicType.TINYINT));
    return new ScalarCall(
        name,
        arguments,
        AtomicType.DATE,
        Nulls.anyNullable(arguments),
        false,
        (columns, rows, context) -> addDays(columns.get(0), columns.get(1), sign, rows));
  }

  private static Column addDays(Column dates, Column days, int sign, int rows) {
    IntColumn in = TimeArguments.ints(dates);
    int[] out = new int[rows];
    if (days instanceof ConstantColumn constant && !constant.isNull(0)) {
      int amount = sign * ((IntColumn) constant.one()).get(0);
      for (int i = 0; i < rows; i++) {
        out[i] = in.get(i) + amount;
      }
      return new IntColumn(AtomicType.DATE, out, in.validity(), rows);
    }
    IntColumn amounts = TimeArguments.ints(days);
    for (int i = 0; i < rows; i++) {
      out[i] = in.get(i) + sign * amounts.get(i);
    }
    return new IntColumn(AtomicType.DATE, out, Nulls.of(in, amounts, rows), rows);
  }

  private static Expression difference(FunctionCall call) {
    call.requireCount(2, 2);
    List<Expression> arguments = List.of(TimeArguments.date(call, 0), TimeArguments.date(call, 1));
    return new ScalarCall(
        call.name().toLowerCase(Locale.ROOT),
        arguments,
        AtomicType.INT,
        Nulls.anyNullable(arguments),
        false,
        (columns, rows, context) ->
            TimeArguments.mapInts(
                columns.get(0), columns.get(1), rows, AtomicType.INT, (end, start) -> end - start));
  }

  private static Expression addMonths(FunctionCall call) {
    call.requireCount(2, 2);
    List<Expression> arguments =
        List.of(TimeArguments.date(call, 0), call.coerce(1, AtomicType.INT));
    return new ScalarCall(
        "add_months",
        arguments,
        AtomicType.DATE,
        Nulls.anyNullable(arguments),
        true,
        (columns, rows, context) ->
            TimeArguments.mapInts(
                columns.get(0),
                columns.get(1),
                rows,
                AtomicType.DATE,
                (date, months) -> Math.toIntExact(CivilDate.plusMonths(date, months))));
  }

  private static Expression lastDay(FunctionCall call) {
    call.requireCount(1, 1);
    Expression date = TimeArguments.date(call, 0);
    return new ScalarCall(
        "last_day",
        List.of(date),
        AtomicType.DATE,
        date.nullable(),
        false,
        (columns, rows, context) -> {
          IntColumn in = TimeArguments.ints(columns.get(0));
          int[] out = new int[rows];
          for (int i = 0; i < rows; i++) {
            out[i] = (int) CivilDate.lastDayOfMonth(in.get(i));
          }
          return new IntColumn(AtomicType.DATE, out, in.validity(), rows);
        });
  }

  private static Expression nextDay(FunctionCall call) {
    call.requireCount(2, 2);
    List<Expression> arguments =
        List.of(TimeArguments.date(call, 0), call.coerce(1, AtomicType.STRING));
    boolean ansi = call.session().ansi();
    return new ScalarCall(
        "next_day",
        arguments,
        AtomicType.DATE,
        !ansi || Nulls.anyNullable(arguments),
        ansi,
        (columns, rows, context) -> nextDay(columns.get(0), columns.get(1), rows, ansi));
  }

  private static Column nextDay(Column dates, Column names, int rows, boolean ansi) {
    IntColumn in = TimeArguments.ints(dates);
    BytesColumn words = TimeArguments.bytes(names);
    Validity valid = Nulls.of(in, words, rows);
    boolean[] isNull = new boolean[rows];
    int[] out = new int[rows];
    boolean constant = names instanceof ConstantColumn;
    int known = -1;
    for (int i = 0; i < rows; i++) {
      if (valid.isNull(i)) {
        isNull[i] = true;
        continue;
      }
      int wanted = constant && known >= 0 ? known : weekday(words.string(i));
      known = wanted;
      if (wanted >= 0) {
        out[i] = in.get(i) + 1 + Math.floorMod(wanted - 1 - CivilDate.weekday(in.get(i)), 7);
      } else if (ansi) {
        throw new EvaluationException(
            "ILLEGAL_DAY_OF_WEEK", "'" + words.string(i) + "' is no day of the week", i);
      } else {
        isNull[i] = true;
      }
    }
    return new IntColumn(AtomicType.DATE, out, Validity.ofNulls(isNull, rows), rows);
  }

  private static int weekday(String name) {
    return switch (name.toUpperCase(Locale.ROOT)) {
      case "MO", "MON", "MONDAY" -> 0;
      case "TU", "TUE", "TUESDAY" -> 1;
      case "WE", "WED", "WEDNESDAY" -> 2;
      case "TH", "THU", "THURSDAY" -> 3;
      case "FR", "FRI", "FRIDAY" -> 4;
      case "SA", "SAT", "SATURDAY" -> 5;
      case "SU", "SUN", "SUNDAY" -> 6;
      default -> -1;
    };
  }

  private static Expression monthsBetween(FunctionCall call) {
    call.requireCount(2, 3);
    List<Expression> arguments =
        List.of(
            call.coerce(0, AtomicType.TIMESTAMP),
            call.coerce(1, AtomicType.TIMESTAMP),
            call.count() == 3
                ? call.coerce(2, AtomicType.BOOLEAN)
                : new Literal(AtomicType.BOOLEAN, true, "true"));
    ZoneShift zone = ZoneShift.of(call.session().timeZone());
    return new ScalarCall(
        "months_between",
        arguments,
        AtomicType.DOUBLE,
        Nulls.anyNullable(arguments),
        false,
        (columns, rows, context) -> {
          LongColumn ends = TimeArguments.longs(columns.get(0));
          LongColumn starts = TimeArguments.longs(columns.get(1));
          Column rounded = columns.get(2);
          Validity valid = Nulls.of(ends, starts, rows).and(rounded.flatten().validity(), rows);
          double[] out = new double[rows];
          for (int i = 0; i < rows; i++) {
            if (valid.isValid(i)) {
              double months = monthsBetween(zone.toLocal(ends.get(i)), zone.toLocal(starts.get(i)));
              out[i] = isTrue(rounded.value(i)) ? Math.round(months * 1e8) / 1e8 : months;
            }
          }
          return new DoubleColumn(AtomicType.DOUBLE, out, valid, rows);
        });
  }

  private static boolean isTrue(@Nullable Object value) {
    return Boolean.TRUE.equals(value);
  }

  private static double monthsBetween(long end, long start) {
    long endDays = Math.floorDiv(end, DateTimes.MICROS_PER_DAY);
    long startDays = Math.floorDiv(start, DateTimes.MICROS_PER_DAY);
    long endDate = CivilDate.decode(endDays);
    long startDate = CivilDate.decode(startDays);
    double months =
        (CivilDate.year(endDate) - CivilDate.year(startDate)) * 12.0
            + (CivilDate.month(endDate) - CivilDate.month(startDate));
    boolean ends =
        CivilDate.lastDayOfMonth(endDays) == endDays
            && CivilDate.lastDayOfMonth(startDays) == startDays;
    if (ends || CivilDate.day(endDate) == CivilDate.day(startDate)) {
      return months;
    }
    long seconds =
        (CivilDate.day(endDate) - CivilDate.day(startDate)) * 86_400L
            + secondOfDay(end)
            - secondOfDay(start);
    return months + seconds / (31 * 86_400.0);
  }

  private static long secondOfDay(long local) {
    return Math.floorMod(local, DateTimes.MICROS_PER_DAY) / DateTimes.MICROS_PER_SECOND;
  }
}
