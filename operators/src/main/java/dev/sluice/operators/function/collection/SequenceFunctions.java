package dev.sluice.operators.function.collection;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.ArrayBuilder;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DayTimeIntervalType;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.IntBuilder;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.IntervalColumn;
import dev.sluice.operators.data.LongBuilder;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.data.YearMonthIntervalType;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.Nulls;
import dev.sluice.operators.function.ScalarCall;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** {@code sequence}: numbers, dates or timestamps from one bound to the other, both included. */
public final class SequenceFunctions implements FunctionFamily {
  private static final long MICROS_PER_DAY = 86_400_000_000L;

  @Override
  public List<String> names() {
    return List.of("sequence");
  }

  @Override
  public Function function(String name) {
    return NamedFunction.of(
        name,
        FunctionDoc.of(
            "array_funcs",
            "sequence(start, stop[, step])",
            "The values from start to stop, up or down, by a step that is 1 or a day unless given.",
            example("sequence(1, 5)", "[1, 2, 3, 4, 5]"),
            example(
                "sequence(DATE '2018-01-01', DATE '2018-03-01', INTERVAL 1 MONTH)",
                "[2018-01-01, 2018-02-01, 2018-03-01]")),
        SequenceFunctions::bind);
  }

  private static boolean isWholeOrNull(FunctionCall call, int index) {
    DataType type = call.argument(index).type();
    return isIntegral(type) || type == AtomicType.NULL || type == AtomicType.STRING;
  }

  private static Expression bind(FunctionCall call) {
    call.requireCount(2, 3);
    // A text becomes the whole number that the other arguments are.
    boolean integral =
        isWholeOrNull(call, 0)
            && isWholeOrNull(call, 1)
            && call.arguments().stream().anyMatch(a -> isIntegral(a.type()));
    boolean temporal = isTemporal(call.argument(0).type()) || isTemporal(call.argument(1).type());
    List<Expression> arguments = new ArrayList<>();
    if (integral && (call.count() == 2 || isWholeOrNull(call, 2))) {
      arguments.addAll(call.coerceToCommonType(call.arguments()));
    } else if (temporal && (call.count() == 2 || isStep(call.argument(2).type()))) {
      arguments.addAll(call.coerceToCommonType(call.arguments().subList(0, 2)));
      if (call.count() == 3) {
        arguments.add(call.argument(2));
      }
    } else {
      throw call.error(
          "DATATYPE_MISMATCH.SEQUENCE_WRONG_INPUT_TYPES",
          -1,
          "'sequence' takes whole numbers, or dates or timestamps with an interval as the step",
          null);
    }
    ArrayType type = new ArrayType(arguments.get(0).type(), false);
    ZoneId zone =
        type.element() == AtomicType.TIMESTAMP ? call.session().timeZone() : ZoneOffset.UTC;
    return new ScalarCall(
        "sequence",
        arguments,
        type,
        Nulls.anyNullable(arguments),
        true,
        (columns, rows, context) -> {
          List<FlatColumn> flat = Nulls.flatten(columns);
          Validity valid = Nulls.of(flat, rows);
          ArrayBuilder out = (ArrayBuilder) ColumnBuilder.of(type, rows);
          for (int i = 0; i < rows; i++) {
            if (valid.isNull(i)) {
              out.appendNull();
            } else if (integral) {
              numbers(flat, i, out.elements());
              out.endArray();
            } else {
              times(flat, i, zone, out.elements());
              out.endArray();
            }
          }
          return out.build();
        });
  }

  private static boolean isIntegral(DataType type) {
    return type == AtomicType.TINYINT
        || type == AtomicType.SMALLINT
        || type == AtomicType.INT
        || type == AtomicType.BIGINT;
  }

  private static boolean isTemporal(DataType type) {
    return type == AtomicType.DATE
        || type == AtomicType.TIMESTAMP
        || type == AtomicType.TIMESTAMP_NTZ;
  }

  private static boolean isStep(DataType type) {
    return type instanceof YearMonthIntervalType
        || type instanceof DayTimeIntervalType
        || type == AtomicType.CALENDAR_INTERVAL;
  }

  private static long number(Column column, int row) {
    return column instanceof IntColumn ints ? ints.get(row) : ((LongColumn) column).get(row);
  }

  private static void put(ColumnBuilder out, long value) {
    if (out instanceof IntBuilder ints) {
      ints.append((int) value);
    } else {
      ((LongBuilder) out).append(value);
    }
  }

  private static void numbers(List<FlatColumn> columns, int row, ColumnBuilder out) {
    long start = number(columns.get(0), row);
    long stop = number(columns.get(1), row);
    long step = columns.size() == 3 ? number(columns.get(2), row) : start <= stop ? 1 : -1;
    requireDirection(start, stop, Long.signum(step), row);
    long length = step == 0 ? 1 : Math.floorDiv(Math.abs(stop - start), Math.abs(step)) + 1;
    EditFunctions.requireLength(length < 0 ? Long.MAX_VALUE : length, row);
    for (long k = 0; k < length; k++) {
      put(out, start + k * step);
    }
  }

  private static void requireDirection(long start, long stop, int direction, int row) {
    boolean possible =
        direction > 0 ? start <= stop : direction < 0 ? start >= stop : start == stop;
    if (!possible) {
      throw new EvaluationException(
          "ILLEGAL_SEQUENCE_BOUNDARIES",
          "the step of 'sequence' does not lead from " + start + " to " + stop,
          row);
    }
  }

  private static void times(List<FlatColumn> columns, int row, ZoneId zone, ColumnBuilder out) {
    boolean dates = columns.get(0) instanceof IntColumn;
    long start = number(columns.get(0), row);
    long stop = number(columns.get(1), row);
    int months = 0;
    int days = columns.size() == 3 ? 0 : start <= stop ? 1 : -1;
    long micros = 0;
    if (columns.size() == 3) {
      FlatColumn step = columns.get(2);
      if (step instanceof IntervalColumn intervals) {
        months = intervals.months()[row];
        days = intervals.days()[row];
        micros = intervals.microseconds()[row];
      } else if (step instanceof IntColumn) {
        months = (int) number(step, row);
      } else {
        micros = number(step, row);
      }
    }
    if (dates && micros % MICROS_PER_DAY != 0) {
      throw new EvaluationException(
          "INVALID_PARAMETER_VALUE", "the step of a 'sequence' of dates must be whole days", row);
    }
    // Months count about as long as they are: only the direction and a bound of the length follow
    // from it.
    long about = months * 28 * MICROS_PER_DAY + days * MICROS_PER_DAY + micros;
    requireDirection(start, stop, Long.signum(about), row);
    if (about == 0) {
      put(out, start);
      return;
    }
    long span = dates ? Math.multiplyExact(stop - start, MICROS_PER_DAY) : stop - start;
    EditFunctions.requireLength(span / about + 1, row);
    long value = start;
    for (int k = 1; about > 0 ? value <= stop : value >= stop; k++) {
      put(out, value);
      value =
          dates
              ? LocalDate.ofEpochDay(start).plusMonths((long) k * months).toEpochDay()
                  + (long) k * days
                  + k * (micros / MICROS_PER_DAY)
              : timestamp(start, zone, (long) k * months, (long) k * days) + k * micros;
    }
  }

  private static long timestamp(long micros, ZoneId zone, long months, long days) {
    if (months == 0 && (days == 0 || zone == ZoneOffset.UTC)) {
      return micros + days * MICROS_PER_DAY;
    }
    Instant instant = Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    return ChronoUnit.MICROS.between(
        Instant.EPOCH, instant.atZone(zone).plusMonths(months).plusDays(days).toInstant());
  }
}
