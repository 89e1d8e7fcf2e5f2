package dev.sluice.operators.function.datetime;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.Casts;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.expression.Renamed;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.Nulls;
import dev.sluice.operators.function.ScalarCall;
import dev.sluice.operators.time.DateTimePattern;
import dev.sluice.operators.time.DateTimes;
import dev.sluice.operators.time.ZoneShift;
import java.util.List;
import java.util.Locale;

/** Text to dates and timestamps, by a pattern or in the form of casts. */
public final class ParseFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of(
        "to_date",
        "try_to_date",
        "to_timestamp",
        "to_timestamp_ltz",
        "to_timestamp_ntz",
        "try_to_timestamp",
        "unix_timestamp",
        "to_unix_timestamp");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "to_date" ->
          declare(
              name,
              "The date in a text.",
              "('2016-12-31', 'yyyy-MM-dd')",
              "2016-12-31",
              call -> bindDate(name, call, !call.session().ansi()));
      case "try_to_date" ->
          declare(
              name,
              "The date in a text, null if there is none.",
              "('foo', 'yyyy-MM-dd')",
              "NULL",
              call -> bindDate(name, call, true));
      case "to_timestamp", "to_timestamp_ltz" ->
          declare(
              name,
              "The timestamp in a text.",
              "('2016-12-31', 'yyyy-MM-dd')",
              "2016-12-31 00:00:00",
              call -> bindTimestamp(name, call, AtomicType.TIMESTAMP, !call.session().ansi()));
      case "to_timestamp_ntz" ->
          declare(
              name,
              "The timestamp without time zone in a text.",
              "('2016-12-31 00:12:00')",
              "2016-12-31 00:12:00",
              call -> bindTimestamp(name, call, AtomicType.TIMESTAMP_NTZ, !call.session().ansi()));
      case "try_to_timestamp" ->
          declare(
              name,
              "The timestamp in a text, null if there is none.",
              "('foo', 'yyyy-MM-dd')",
              "NULL",
              call -> bindTimestamp(name, call, AtomicType.TIMESTAMP, true));
      case "unix_timestamp" ->
          declare(
              name,
              "Seconds since 1970-01-01 UTC of a text or a time, of now without one.",
              "('2016-04-08', 'yyyy-MM-dd')",
              "1460073600",
              ParseFunctions::bindUnix);
      case "to_unix_timestamp" ->
          declare(
              name,
              "Seconds since 1970-01-01 UTC of a text or a time.",
              "('2016-04-08', 'yyyy-MM-dd')",
              "1460073600",
              ParseFunctions::bindUnix);
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static NamedFunction declare(
      String name,
      String description,
      String arguments,
      String result,
      NamedFunction.Binder binder) {
    return NamedFunction.of(
        name,
        FunctionDoc.of(
            "datetime_funcs",
            name + "(expr[, fmt])",
            description,
            example(name + arguments, result)),
        binder);
  }

  /** What is read, and where a text that does not fit is told. */
  private record Target(DataType type, boolean quiet, String remedy) {
    EvaluationException misfit(String why, int row) {
      return new EvaluationException(
          "CANNOT_PARSE_TIMESTAMP", why + "; " + remedy + " gives NULL instead", row);
    }

    EvaluationException badCast(String text, int row) {
      return new EvaluationException(
          "CAST_INVALID_INPUT",
          "the value '"
              + text
              + "' cannot be cast to "
              + type.sql()
              + " because it is malformed; "
              + remedy
              + " gives NULL instead",
          row);
    }
  }

  private static Expression bindDate(String name, FunctionCall call, boolean quiet) {
    call.requireCount(1, 2);
    Target target = new Target(AtomicType.DATE, quiet, "try_to_date");
    DataType type = call.argument(0).type();
    if (type != AtomicType.NULL && !Casts.isTime(type)) {
      return call.count() == 2 ? byPattern(name, call, target) : byCast(name, call, target);
    }
    return shown(name, call, TimeArguments.date(call, 0));
  }

  private static Expression bindTimestamp(
      String name, FunctionCall call, DataType type, boolean quiet) {
    call.requireCount(1, 2);
    Target target = new Target(type, quiet, "try_to_timestamp");
    DataType from = call.argument(0).type();
    if (type == AtomicType.TIMESTAMP && call.count() == 1 && Casts.isNumeric(from)) {
      return EpochFunctions.seconds(name, call.argument(0));
    }
    if (from != AtomicType.NULL && !Casts.isTime(from)) {
      return call.count() == 2 ? byPattern(name, call, target) : byCast(name, call, target);
    }
    return shown(name, call, call.coerce(0, type));
  }

  private static boolean isText(DataType type) {
    return type == AtomicType.STRING;
  }

  private static Expression shown(String name, FunctionCall call, Expression value) {
    StringBuilder sql = new StringBuilder(name).append('(').append(call.argument(0).sql());
    if (call.count() == 2) {
      sql.append(", ").append(call.argument(1).sql());
    }
    return new Renamed(value, sql.append(')').toString());
  }

  private static Expression byCast(String name, FunctionCall call, Target target) {
    ZoneShift zone = ZoneShift.of(call.session().timeZone());
    Expression texts = call.coerce(0, AtomicType.STRING);
    Expression special = call.specialTime(texts, target.type);
    if (special != texts) {
      return shown(name, call, special);
    }
    return new ScalarCall(
        name,
        List.of(texts),
        target.type,
        true,
        !target.quiet,
        (columns, rows, context) -> {
          BytesColumn in = TimeArguments.bytes(columns.get(0));
          byte[] data = in.data();
          Output out = new Output(target, rows);
          // A constant is folded before there is a batch: then a bare time is of the machine's day.
          long now =
              context == EvaluationContext.NONE ? DateTimes.INVALID : context.timestampMicros();
          for (int i = 0; i < rows; i++) {
            if (in.isNull(i)) {
              out.isNull[i] = true;
              continue;
            }
            int start = in.starts()[i];
            int length = in.lengths()[i];
            long value =
                target.type == AtomicType.DATE
                    ? widen(DateTimes.parseDate(data, start, length))
                    : target.type == AtomicType.TIMESTAMP
                        ? DateTimes.parseTimestamp(data, start, length, zone, now)
                        : DateTimes.parseTimestampNtz(data, start, length);
            if (!out.put(i, value) && !target.quiet) {
              throw target.badCast(in.string(i), i);
            }
          }
          return out.build(rows);
        });
  }

  private static long widen(int days) {
    return days == DateTimes.INVALID_DATE ? DateTimes.INVALID : days;
  }

  private static Expression byPattern(String name, FunctionCall call, Target target) {
    PatternArgument pattern = PatternArgument.of(call, 1, true);
    List<Expression> arguments = List.of(call.coerce(0, AtomicType.STRING), pattern.expression());
    return new ScalarCall(
        name,
        arguments,
        target.type,
        true,
        !target.quiet || !pattern.isConstant(),
        (columns, rows, context) ->
            parse(
                TimeArguments.bytes(columns.get(0)),
                pattern.rows(TimeArguments.bytes(columns.get(1))),
                rows,
                target));
  }

  private static Column parse(
      BytesColumn in, PatternArgument.Rows patterns, int rows, Target target) {
    Validity valid = Nulls.of(in, patterns.column, rows);
    byte[] data = in.data();
    Output out = new Output(target, rows);
    DateTimePattern.Parser parser = null;
    DateTimePattern parsersOwn = null;
    for (int i = 0; i < rows; i++) {
      if (valid.isNull(i)) {
        out.isNull[i] = true;
        continue;
      }
      DateTimePattern pattern = patterns.get(i);
      if (parser == null || pattern != parsersOwn) {
        parser = pattern.parser();
        parsersOwn = pattern;
      }
      int start = in.starts()[i];
      int length = in.lengths()[i];
      long value =
          target.type == AtomicType.DATE
              ? widen(parser.parseDate(data, start, length))
              : target.type == AtomicType.TIMESTAMP_NTZ
                  ? parser.parseTimestampNtz(data, start, length)
                  : parser.parseTimestamp(data, start, length);
      if (!out.put(i, value) && !target.quiet) {
        throw target.misfit(pattern.explain(in.string(i)), i);
      }
    }
    return out.build(rows);
  }

  /** Collects days, microseconds or seconds. */
  private static final class Output {
    private final DataType type;
    private final long[] longs;
    private final int[] ints;
    final boolean[] isNull;

    Output(Target target, int rows) {
      this.type = target.type;
      this.longs = new long[type == AtomicType.DATE ? 0 : rows];
      this.ints = new int[type == AtomicType.DATE ? rows : 0];
      this.isNull = new boolean[rows];
    }

    /** False, and null, for a value that is none. */
    boolean put(int row, long value) {
      if (value == DateTimes.INVALID) {
        isNull[row] = true;
        return false;
      }
      if (type == AtomicType.DATE) {
        ints[row] = (int) value;
      } else {
        longs[row] =
            type == AtomicType.BIGINT ? Math.floorDiv(value, DateTimes.MICROS_PER_SECOND) : value;
      }
      return true;
    }

    Column build(int rows) {
      Validity valid = Validity.ofNulls(isNull, rows);
      return type == AtomicType.DATE
          ? new IntColumn(type, ints, valid, rows)
          : new LongColumn(type, longs, valid, rows);
    }
  }

  private static Expression bindUnix(FunctionCall call) {
    String name = call.name().toLowerCase(Locale.ROOT);
    call.requireCount(name.equals("unix_timestamp") ? 0 : 1, 2);
    Expression pattern =
        call.count() == 2
            ? call.exactly(1, AtomicType.STRING)
            : new Literal(AtomicType.STRING, PatternArgument.DEFAULT, PatternArgument.DEFAULT);
    Expression time = call.count() == 0 ? NowFunctions.currentTimestamp() : call.argument(0);
    Target target = new Target(AtomicType.BIGINT, !call.session().ansi(), "try_to_timestamp");
    if (isText(time.type())) {
      if (call.count() == 2) {
        return byPattern(name, call, target);
      }
      DateTimePattern compiled =
          DateTimePattern.compileForParsing(
              PatternArgument.DEFAULT, call.session().timeZone(), Locale.US);
      return new ScalarCall(
          name,
          List.of(time, pattern),
          AtomicType.BIGINT,
          true,
          !target.quiet,
          (columns, rows, context) ->
              parse(
                  TimeArguments.bytes(columns.get(0)),
                  PatternArgument.always(compiled).rows(TimeArguments.bytes(columns.get(1))),
                  rows,
                  target));
    }
    Expression timestamp = call.count() == 0 ? time : call.coerce(0, AtomicType.TIMESTAMP);
    return new ScalarCall(
        name,
        List.of(timestamp, pattern),
        AtomicType.BIGINT,
        timestamp.nullable(),
        false,
        (columns, rows, context) -> {
          LongColumn in = TimeArguments.longs(columns.get(0));
          long[] seconds = new long[rows];
          for (int i = 0; i < rows; i++) {
            seconds[i] = in.get(i) / DateTimes.MICROS_PER_SECOND;
          }
          return new LongColumn(AtomicType.BIGINT, seconds, in.validity(), rows);
        });
  }
}
