package dev.sluice.operators.function.datetime;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.time.DateTimes;
import dev.sluice.operators.time.ZoneShift;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;

/**
 * The time at which a batch was planned: the same for all its rows, and when it is run again. So
 * these are no constants of the query.
 */
public final class NowFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of(
        "current_date",
        "curdate",
        "current_timestamp",
        "now",
        "localtimestamp",
        "current_timezone");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "current_date", "curdate" ->
          now("current_date", "The day of the batch in the session's time zone.", AtomicType.DATE)
              .withAliases("curdate");
      case "current_timestamp" -> now(name, "The time of the batch.", AtomicType.TIMESTAMP);
      case "now" -> now(name, "The time of the batch.", AtomicType.TIMESTAMP);
      case "localtimestamp" ->
          now(name, "The time of the batch on the session's wall clock.", AtomicType.TIMESTAMP_NTZ);
      default ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "datetime_funcs",
                  "current_timezone()",
                  "The session's time zone.",
                  example("current_timezone()", "UTC")),
              call -> {
                call.requireCount(0, 0);
                return currentTimezone(call.session().timeZone());
              });
    };
  }

  static Expression currentTimezone(ZoneId zone) {
    String shown = zone.equals(ZoneOffset.UTC) ? "UTC" : zone.getId();
    return new Literal(AtomicType.STRING, shown, "current_timezone()");
  }

  private static NamedFunction now(String name, String description, DataType type) {
    return NamedFunction.of(
        name,
        FunctionDoc.of(
            "datetime_funcs", name + "()", description, example(name + "() IS NULL", "false")),
        call -> {
          call.requireCount(0, 0);
          return new Now(name + "()", type, ZoneShift.of(call.session().timeZone()));
        });
  }

  /** The current timestamp, for functions that default to it. */
  static Expression currentTimestamp() {
    return new Now("current_timestamp()", AtomicType.TIMESTAMP, TimeArguments.UTC);
  }

  private record Now(String sql, DataType type, ZoneShift zone) implements Expression {
    @Override
    public boolean nullable() {
      return false;
    }

    @Override
    public List<Expression> children() {
      return List.of();
    }

    @Override
    public Column evaluate(Batch input, EvaluationContext context) {
      long micros = context.timestampMicros();
      Object value =
          type == AtomicType.TIMESTAMP
              ? (Object) micros
              : type == AtomicType.DATE
                  ? (Object) DateTimes.toDays(micros, zone)
                  : (Object) zone.toLocal(micros);
      return ConstantColumn.of(type, value, input.rows());
    }
  }
}
