package dev.sluice.operators.function.datetime;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesColumn;
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
import dev.sluice.operators.expression.Tried;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.Nulls;
import dev.sluice.operators.function.ScalarCall;
import dev.sluice.operators.time.DateTimePattern;
import dev.sluice.operators.time.DateTimes;
import dev.sluice.operators.time.TimesOfDay;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Times of day: made, read, cut and counted between. */
public final class TimeOfDayFunctions implements FunctionFamily {
  private static final DecimalType SECONDS = new DecimalType(16, 6);

  @Override
  public List<String> names() {
    return List.of("make_time", "to_time", "try_to_time", "time_diff", "time_trunc");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "make_time" ->
          declare(
              name,
              "make_time(hour, minute, second)",
              "The time of day of these fields.",
              "make_time(6, 30, 45.887)",
              "06:30:45.887",
              TimeOfDayFunctions::bindMake);
      case "to_time" ->
          declare(
              name,
              "to_time(str[, format])",
              "The time of day in a text.",
              "to_time('12.10.05', 'HH.mm.ss')",
              "12:10:05",
              call -> bindParse(name, call, false));
      case "try_to_time" ->
          declare(
              name,
              "try_to_time(str[, format])",
              "The time of day in a text, null if there is none.",
              "try_to_time('12:48:31 abc')",
              "NULL",
              call -> bindParse(name, call, true));
      case "time_diff" ->
          declare(
              name,
              "time_diff(unit, start, end)",
              "The whole units from the first time of day to the second; HOUR, MINUTE, SECOND, "
                  + "MILLISECOND or MICROSECOND.",
              "time_diff('HOUR', TIME'20:30:29', TIME'21:30:28')",
              "0",
              TimeOfDayFunctions::bindDifference);
      case "time_trunc" ->
          declare(
              name,
              "time_trunc(unit, time)",
              "The beginning of the HOUR, MINUTE, SECOND, MILLISECOND or MICROSECOND that the time "
                  + "is in.",
              "time_trunc('MILLISECOND', TIME'09:32:05.123456')",
              "09:32:05.123",
              TimeOfDayFunctions::bindTruncate);
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

  /** The argument as a time of day of its own precision; a text is read as one of six digits. */
  static Expression time(FunctionCall call, int index) {
    Expression argument = call.argument(index);
    return argument.type() instanceof TimeType ? argument : call.coerce(index, TimeType.DEFAULT);
  }

  private static Expression bindMake(FunctionCall call) {
    call.requireCount(3, 3);
    List<Expression> arguments =
        List.of(
            call.coerce(0, AtomicType.INT),
            call.coerce(1, AtomicType.INT),
            call.castImplicitly(call.argument(2), SECONDS, 2));
    return new ScalarCall(
        "make_time",
        arguments,
        TimeType.DEFAULT,
        Nulls.anyNullable(arguments),
        true,
        (columns, rows, context) -> {
          List<FlatColumn> in = Nulls.flatten(columns);
          Validity valid = Nulls.of(in, rows);
          int[] hours = ((IntColumn) in.get(0)).values();
          int[] minutes = ((IntColumn) in.get(1)).values();
          long[] seconds = ((LongColumn) in.get(2)).values();
          long[] out = new long[rows];
          for (int i = 0; i < rows; i++) {
            if (valid.isValid(i)) {
              out[i] = made(hours[i], minutes[i], seconds[i], i);
            }
          }
          return new LongColumn(TimeType.DEFAULT, out, valid, rows);
        });
  }

  private static long made(int hour, int minute, long micros, int row) {
    boolean fits =
        (hour | minute | (23 - hour) | (59 - minute)) >= 0
            && micros >= 0
            && micros < DateTimes.MICROS_PER_MINUTE;
    if (!fits) {
      throw new EvaluationException(
          "DATETIME_FIELD_OUT_OF_BOUNDS.WITHOUT_SUGGESTION",
          "there is no hour "
              + hour
              + ", minute "
              + minute
              + ", second "
              + java.math.BigDecimal.valueOf(micros, 6).toPlainString(),
          row);
    }
    return hour * TimesOfDay.NANOS_PER_HOUR
        + minute * TimesOfDay.NANOS_PER_MINUTE
        + micros * TimesOfDay.NANOS_PER_MICRO;
  }

  private static Expression bindParse(String name, FunctionCall call, boolean quiet) {
    call.requireCount(1, 2);
    Expression text = call.exactly(0, AtomicType.STRING);
    if (call.count() == 2) {
      call.exactly(1, AtomicType.STRING);
    }
    PatternArgument pattern = call.count() == 2 ? PatternArgument.of(call, 1, true) : null;
    Expression made =
        new ScalarCall(
            name,
            pattern == null ? List.of(text) : List.of(text, pattern.expression()),
            TimeType.DEFAULT,
            quiet || call.arguments().stream().anyMatch(Expression::nullable),
            !quiet || pattern != null && !pattern.isConstant(),
            (columns, rows, context) ->
                parse(
                    TimeArguments.bytes(columns.get(0)),
                    pattern == null ? null : pattern.rows(TimeArguments.bytes(columns.get(1))),
                    rows,
                    quiet));
    return quiet && (pattern == null || pattern.isConstant()) ? Tried.of(made) : made;
  }

  private static Column parse(
      BytesColumn in, PatternArgument.@Nullable Rows patterns, int rows, boolean quiet) {
    Validity valid = patterns == null ? in.validity() : Nulls.of(in, patterns.column, rows);
    long[] out = new long[rows];
    boolean[] isNull = new boolean[rows];
    for (int i = 0; i < rows; i++) {
      isNull[i] = valid.isNull(i);
      if (isNull[i]) {
        continue;
      }
      long nanos = parse(in, i, patterns == null ? null : patterns.get(i));
      isNull[i] = nanos == TimesOfDay.INVALID;
      out[i] = nanos;
      if (isNull[i] && !quiet) {
        String format = patterns == null ? "" : " by '" + patterns.get(i).pattern() + "'";
        throw new EvaluationException(
            "CANNOT_PARSE_TIME",
            "'" + in.string(i) + "' is no time" + format + "; try_to_time gives NULL instead",
            i);
      }
    }
    return new LongColumn(TimeType.DEFAULT, out, Validity.ofNulls(isNull, rows), rows);
  }

  private static long parse(BytesColumn in, int row, @Nullable DateTimePattern pattern) {
    int start = in.starts()[row];
    int length = in.lengths()[row];
    if (pattern == null) {
      return TimesOfDay.parse(in.data(), start, length);
    }
    long local = pattern.parseTimestampNtz(in.data(), start, length);
    return local == DateTimePattern.INVALID
        ? TimesOfDay.INVALID
        : Math.floorMod(local, DateTimes.MICROS_PER_DAY) * TimesOfDay.NANOS_PER_MICRO;
  }

  /** The nanoseconds of the units that a column names; a name seen before is not read again. */
  private static final class Units {
    final BytesColumn column;
    private final String function;
    private byte[] last = {};
    private long nanos;

    Units(Column words, String function) {
      this.column = TimeArguments.bytes(words);
      this.function = function;
    }

    long nanos(int row) {
      int start = column.starts()[row];
      int end = start + column.lengths()[row];
      if (nanos == 0 || !java.util.Arrays.equals(column.data(), start, end, last, 0, last.length)) {
        last = column.bytes(row);
        nanos = read(column.string(row), row);
      }
      return nanos;
    }

    private long read(String word, int row) {
      return switch (word.toUpperCase(Locale.ROOT)) {
        case "HOUR" -> TimesOfDay.NANOS_PER_HOUR;
        case "MINUTE" -> TimesOfDay.NANOS_PER_MINUTE;
        case "SECOND" -> TimesOfDay.NANOS_PER_SECOND;
        case "MILLISECOND" -> 1000 * TimesOfDay.NANOS_PER_MICRO;
        case "MICROSECOND" -> TimesOfDay.NANOS_PER_MICRO;
        default ->
            throw new EvaluationException(
                "INVALID_PARAMETER_VALUE.TIME_UNIT",
                "'"
                    + word
                    + "' is no unit of '"
                    + function
                    + "'; units are 'HOUR', 'MINUTE', 'SECOND', 'MILLISECOND' and 'MICROSECOND'",
                row);
      };
    }
  }

  private static Expression bindDifference(FunctionCall call) {
    call.requireCount(3, 3);
    List<Expression> arguments =
        List.of(call.coerce(0, AtomicType.STRING), time(call, 1), time(call, 2));
    return new ScalarCall(
        "time_diff",
        arguments,
        AtomicType.BIGINT,
        Nulls.anyNullable(arguments),
        true,
        (columns, rows, context) -> {
          Units units = new Units(columns.get(0), "time_diff");
          LongColumn starts = TimeArguments.longs(columns.get(1));
          LongColumn ends = TimeArguments.longs(columns.get(2));
          Validity valid = Nulls.of(List.of(units.column, starts, ends), rows);
          long[] out = new long[rows];
          for (int i = 0; i < rows; i++) {
            if (valid.isValid(i)) {
              out[i] = (ends.get(i) - starts.get(i)) / units.nanos(i);
            }
          }
          return new LongColumn(AtomicType.BIGINT, out, valid, rows);
        });
  }

  private static Expression bindTruncate(FunctionCall call) {
    call.requireCount(2, 2);
    List<Expression> arguments = List.of(call.coerce(0, AtomicType.STRING), time(call, 1));
    DataType type = arguments.get(1).type();
    return new ScalarCall(
        "time_trunc",
        arguments,
        type,
        Nulls.anyNullable(arguments),
        true,
        (columns, rows, context) -> {
          Units units = new Units(columns.get(0), "time_trunc");
          LongColumn in = TimeArguments.longs(columns.get(1));
          Validity valid = Nulls.of(units.column, in, rows);
          long[] out = new long[rows];
          for (int i = 0; i < rows; i++) {
            if (valid.isValid(i)) {
              out[i] = in.get(i) - in.get(i) % units.nanos(i);
            }
          }
          return new LongColumn(type, out, valid, rows);
        });
  }
}
