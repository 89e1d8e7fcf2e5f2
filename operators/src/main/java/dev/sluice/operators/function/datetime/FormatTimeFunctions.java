package dev.sluice.operators.function.datetime;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
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
import dev.sluice.operators.time.DateTimePattern;
import dev.sluice.operators.time.DateTimes;
import java.time.DateTimeException;
import java.util.List;
import java.util.Locale;

/** Timestamps to text by a pattern. */
public final class FormatTimeFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of("date_format", "from_unixtime");
  }

  @Override
  public Function function(String name) {
    if (name.equals("date_format")) {
      return NamedFunction.of(
          name,
          FunctionDoc.of(
              "datetime_funcs",
              "date_format(timestamp, fmt)",
              "The timestamp as text, by a pattern.",
              example("date_format('2016-04-08', 'y')", "2016")),
          FormatTimeFunctions::bindFormat);
    }
    return NamedFunction.of(
        name,
        FunctionDoc.of(
            "datetime_funcs",
            "from_unixtime(seconds[, fmt])",
            "The time so many seconds after 1970-01-01 UTC as text, by a pattern.",
            example("from_unixtime(0, 'yyyy-MM-dd HH:mm:ss')", "1970-01-01 00:00:00")),
        FormatTimeFunctions::bindUnix);
  }

  /** Also what {@code to_char} does to times. */
  public static Expression bindFormat(FunctionCall call) {
    call.requireCount(2, 2);
    PatternArgument pattern = PatternArgument.of(call, 1, false);
    List<Expression> arguments =
        List.of(call.coerce(0, AtomicType.TIMESTAMP), pattern.expression());
    return format("date_format", arguments, pattern, 1L);
  }

  private static Expression bindUnix(FunctionCall call) {
    call.requireCount(1, 2);
    Expression seconds = call.coerce(0, AtomicType.BIGINT);
    if (call.count() == 2) {
      PatternArgument pattern = PatternArgument.of(call, 1, false);
      return format(
          "from_unixtime",
          List.of(seconds, pattern.expression()),
          pattern,
          DateTimes.MICROS_PER_SECOND);
    }
    PatternArgument pattern =
        PatternArgument.always(
            DateTimePattern.compile(PatternArgument.DEFAULT, call.session().timeZone(), Locale.US));
    Expression shown =
        new Literal(AtomicType.STRING, PatternArgument.DEFAULT, PatternArgument.DEFAULT);
    return format("from_unixtime", List.of(seconds, shown), pattern, DateTimes.MICROS_PER_SECOND);
  }

  private static Expression format(
      String name, List<Expression> arguments, PatternArgument pattern, long unit) {
    return new ScalarCall(
        name,
        arguments,
        AtomicType.STRING,
        Nulls.anyNullable(arguments),
        true,
        (columns, rows, context) ->
            format(
                TimeArguments.longs(columns.get(0)),
                pattern.rows(TimeArguments.bytes(columns.get(1))),
                rows,
                unit));
  }

  private static Column format(LongColumn in, PatternArgument.Rows patterns, int rows, long unit) {
    Validity valid = Nulls.of(in, patterns.column, rows);
    BytesBuilder out = (BytesBuilder) ColumnBuilder.of(AtomicType.STRING, rows);
    DateTimePattern.Formatter formatter = null;
    DateTimePattern formattersOwn = null;
    int row = 0;
    try {
      for (; row < rows; row++) {
        if (valid.isNull(row)) {
          out.appendNull();
          continue;
        }
        DateTimePattern pattern = patterns.get(row);
        if (formatter == null || pattern != formattersOwn) {
          formatter = pattern.formatter();
          formattersOwn = pattern;
        }
        formatter.format(Math.multiplyExact(in.get(row), unit), out);
      }
    } catch (ArithmeticException e) {
      throw TimeArguments.overflow(row, e);
    } catch (DateTimeException e) {
      throw new EvaluationException("DATETIME_OVERFLOW", String.valueOf(e.getMessage()), row);
    }
    return out.build();
  }
}
