package dev.sluice.operators.function.datetime;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DayTimeIntervalType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.IntBuilder;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.IntervalBuilder;
import dev.sluice.operators.data.LongBuilder;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.data.YearMonthIntervalType;
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
import dev.sluice.operators.time.DateTimes;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** Intervals from their fields; a field that is not given is 0. */
public final class MakeIntervalFunctions implements FunctionFamily {
  private static final DecimalType SECONDS = new DecimalType(18, 6);

  @Override
  public List<String> names() {
    return List.of("make_interval", "try_make_interval", "make_dt_interval", "make_ym_interval");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "make_dt_interval" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "datetime_funcs",
                  "make_dt_interval([days[, hours[, mins[, secs]]]])",
                  "An interval of days and times.",
                  example(
                      "make_dt_interval(1, 12, 30, 01.001001)",
                      "INTERVAL '1 12:30:01.001001' DAY TO SECOND")),
              call ->
                  bind(name, call, 3, true, DayTimeIntervalType.DEFAULT, false, Maker.DAY_TIME));
      case "make_ym_interval" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "datetime_funcs",
                  "make_ym_interval([years[, months]])",
                  "An interval of years and months.",
                  example("make_ym_interval(1, 2)", "INTERVAL '1-2' YEAR TO MONTH")),
              call ->
                  bind(
                      name,
                      call,
                      2,
                      false,
                      YearMonthIntervalType.DEFAULT,
                      false,
                      Maker.YEAR_MONTH));
      case "make_interval", "try_make_interval" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "datetime_funcs",
                  name + "([years[, months[, weeks[, days[, hours[, mins[, secs]]]]]]])",
                  "A calendar interval.",
                  example(
                      name + "(100, 11, 1, 1, 12, 30, 01.001001)",
                      "100 years 11 months 8 days 12 hours 30 minutes 1.001001 seconds")),
              call ->
                  bind(
                      name,
                      call,
                      6,
                      true,
                      AtomicType.CALENDAR_INTERVAL,
                      !call.session().ansi() || name.startsWith("try_"),
                      Maker.CALENDAR));
      default -> throw FunctionFamily.unknown(name);
    };
  }

  /** Appends the interval of a row; throws ArithmeticException when it is too long. */
  @FunctionalInterface
  private interface Maker {
    Maker YEAR_MONTH =
        (fields, seconds, out) ->
            ((IntBuilder) out).append(Math.toIntExact(Math.addExact(fields[0] * 12, fields[1])));

    Maker DAY_TIME =
        (fields, seconds, out) ->
            ((LongBuilder) out)
                .append(
                    Math.addExact(
                        Math.multiplyExact(fields[0], DateTimes.MICROS_PER_DAY),
                        micros(fields[1], fields[2], seconds)));

    Maker CALENDAR =
        (fields, seconds, out) ->
            ((IntervalBuilder) out)
                .append(
                    Math.toIntExact(fields[0] * 12 + fields[1]),
                    Math.toIntExact(fields[2] * 7 + fields[3]),
                    micros(fields[4], fields[5], seconds));

    void make(long[] fields, long seconds, ColumnBuilder out);
  }

  private static long micros(long hours, long minutes, long seconds) {
    return Math.addExact(
        Math.addExact(
            Math.multiplyExact(hours, DateTimes.MICROS_PER_HOUR),
            Math.multiplyExact(minutes, DateTimes.MICROS_PER_MINUTE)),
        seconds);
  }

  private static Expression bind(
      String name,
      FunctionCall call,
      int ints,
      boolean withSeconds,
      DataType type,
      boolean quiet,
      Maker maker) {
    call.requireCount(0, ints + (withSeconds ? 1 : 0));
    List<Expression> arguments = new ArrayList<>();
    for (int i = 0; i < ints; i++) {
      arguments.add(
          i < call.count() ? call.coerce(i, AtomicType.INT) : new Literal(AtomicType.INT, 0, "0"));
    }
    if (withSeconds) {
      arguments.add(
          ints < call.count()
              ? call.coerce(ints, SECONDS)
              : new Literal(SECONDS, BigDecimal.ZERO.setScale(6), "0.000000"));
    }
    return new ScalarCall(
        name,
        arguments,
        type,
        quiet || Nulls.anyNullable(arguments),
        !quiet,
        (columns, rows, context) -> {
          List<FlatColumn> in = Nulls.flatten(columns);
          Validity valid = Nulls.of(in, rows);
          ColumnBuilder out = ColumnBuilder.of(type, rows);
          long[] fields = new long[ints];
          for (int row = 0; row < rows; row++) {
            if (valid.isNull(row)) {
              out.appendNull();
              continue;
            }
            for (int i = 0; i < ints; i++) {
              fields[i] = ((IntColumn) in.get(i)).get(row);
            }
            try {
              maker.make(fields, withSeconds ? ((LongColumn) in.get(ints)).get(row) : 0L, out);
            } catch (ArithmeticException e) {
              if (!quiet) {
                throw new EvaluationException(
                    "INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION",
                    "the interval is too long",
                    row);
              }
              out.appendNull();
            }
          }
          return out.build();
        });
  }
}
