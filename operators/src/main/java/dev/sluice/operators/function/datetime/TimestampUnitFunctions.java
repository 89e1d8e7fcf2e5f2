package dev.sluice.operators.function.datetime;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Renamed;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.Nulls;
import dev.sluice.operators.function.ScalarCall;
import dev.sluice.operators.time.DateTimes;
import dev.sluice.operators.time.Intervals;
import dev.sluice.operators.time.ZoneShift;
import java.util.List;
import java.util.Locale;

/** Counting in a unit: {@code timestampadd(HOUR, 8, t)}, {@code timestampdiff(MONTH, a, b)}. */
public final class TimestampUnitFunctions implements FunctionFamily {
  /** A unit is either so many months or so many microseconds. */
  private record Unit(String name, int months, long micros) {
    static Unit of(FunctionCall call) {
      String word = String.valueOf(call.constant(0)).toUpperCase(Locale.ROOT);
      return switch (word) {
        case "YEAR" -> new Unit(word, 12, 0);
        case "QUARTER" -> new Unit(word, 3, 0);
        case "MONTH" -> new Unit(word, 1, 0);
        case "WEEK" -> new Unit(word, 0, 7 * DateTimes.MICROS_PER_DAY);
        case "DAY", "DAYOFYEAR" -> new Unit(word, 0, DateTimes.MICROS_PER_DAY);
        case "HOUR" -> new Unit(word, 0, DateTimes.MICROS_PER_HOUR);
        case "MINUTE" -> new Unit(word, 0, DateTimes.MICROS_PER_MINUTE);
        case "SECOND" -> new Unit(word, 0, DateTimes.MICROS_PER_SECOND);
        case "MILLISECOND" -> new Unit(word, 0, 1000);
        case "MICROSECOND" -> new Unit(word, 0, 1);
        default ->
            throw call.error(
                "INVALID_PARAMETER_VALUE.DATETIME_UNIT",
                0,
                "'" + word + "' is no unit of time",
                "units are YEAR, QUARTER, MONTH, WEEK, DAY, HOUR, MINUTE, SECOND, MILLISECOND, "
                    + "MICROSECOND");
      };
    }
  }

  @Override
  public List<String> names() {
    return List.of("timestampadd", "timestampdiff");
  }

  @Override
  public Function function(String name) {
    if (name.equals("timestampadd")) {
      return NamedFunction.of(
          name,
          FunctionDoc.of(
              "datetime_funcs",
              "timestampadd(unit, quantity, timestamp)",
              "The timestamp so many units later.",
              example(
                  "timestampadd(HOUR, 8, timestamp_ntz'2022-02-11 20:30:00')",
                  "2022-02-12 04:30:00")),
          TimestampUnitFunctions::bindAdd);
    }
    return NamedFunction.of(
        name,
        FunctionDoc.of(
            "datetime_funcs",
            "timestampdiff(unit, start, end)",
            "The whole units from the first timestamp to the second.",
            example("timestampdiff(MONTH, timestamp'2021-01-31', timestamp'2021-03-01')", "1")),
        TimestampUnitFunctions::bindDifference);
  }

  private static Expression bindAdd(FunctionCall call) {
    call.requireCount(3, 3);
    Unit unit = Unit.of(call);
    Expression quantity = call.coerce(1, AtomicType.BIGINT);
    Expression time = TimeArguments.anyTimestamp(call, 2);
    DataType type = time.type();
    ZoneShift zone = TimeArguments.zone(type, call.session());
    List<Expression> arguments = List.of(quantity, time);
    Expression made =
        new ScalarCall(
            "timestampadd",
            arguments,
            type,
            Nulls.anyNullable(arguments),
            true,
            (columns, rows, context) -> add(columns, rows, unit, type, zone));
    return new Renamed(
        made,
        "timestampadd(" + unit.name + ", " + call.argument(1).sql() + ", " + time.sql() + ")");
  }

  private static Column add(
      List<Column> columns, int rows, Unit unit, DataType type, ZoneShift zone) {
    LongColumn quantities = TimeArguments.longs(columns.get(0));
    LongColumn times = TimeArguments.longs(columns.get(1));
    Validity valid = Nulls.of(quantities, times, rows);
    long[] out = new long[rows];
    int row = 0;
    try {
      for (; row < rows; row++) {
        if (valid.isValid(row)) {
          long quantity = quantities.get(row);
          out[row] =
              unit.months > 0
                  ? Intervals.addMonths(
                      times.get(row), Math.multiplyExact(quantity, unit.months), zone)
                  : Intervals.addDayTime(
                      times.get(row), Math.multiplyExact(quantity, unit.micros), zone);
        }
      }
    } catch (ArithmeticException e) {
      throw TimeArguments.overflow(row, e);
    }
    return new LongColumn(type, out, valid, rows);
  }

  private static Expression bindDifference(FunctionCall call) {
    call.requireCount(3, 3);
    Unit unit = Unit.of(call);
    List<Expression> arguments =
        List.of(call.coerce(1, AtomicType.TIMESTAMP), call.coerce(2, AtomicType.TIMESTAMP));
    ZoneShift zone = ZoneShift.of(call.session().timeZone());
    Expression made =
        new ScalarCall(
            "timestampdiff",
            arguments,
            AtomicType.BIGINT,
            Nulls.anyNullable(arguments),
            false,
            (columns, rows, context) -> {
              LongColumn starts = TimeArguments.longs(columns.get(0));
              LongColumn ends = TimeArguments.longs(columns.get(1));
              Validity valid = Nulls.of(starts, ends, rows);
              long[] out = new long[rows];
              for (int i = 0; i < rows; i++) {
                if (valid.isValid(i)) {
                  long start = zone.toLocal(starts.get(i));
                  long end = zone.toLocal(ends.get(i));
                  out[i] =
                      unit.months > 0
                          ? Intervals.wholeMonths(start, end) / unit.months
                          : (end - start) / unit.micros;
                }
              }
              return new LongColumn(AtomicType.BIGINT, out, valid, rows);
            });
    return new Renamed(
        made,
        "timestampdiff("
            + unit.name
            + ", "
            + arguments.get(0).sql()
            + ", "
            + arguments.get(1).sql()
            + ")");
  }
}
