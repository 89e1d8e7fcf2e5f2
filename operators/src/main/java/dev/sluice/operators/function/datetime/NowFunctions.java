package dev.sluice.operators.function.datetime;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.TimeType;
import dev.sluice.operators.expression.BatchTime;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.time.DateTimes;
import dev.sluice.operators.time.TimesOfDay;
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
        "current_time",
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
      case "current_time" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "datetime_funcs",
                  "current_time([precision])",
                  "The time of day of the batch on the session's wall clock, with 0 to 6 digits of "
                      + "the second.",
                  example("current_time(0) IS NULL", "false")),
              NowFunctions::bindTime);
      case "current_timezone" ->
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
      default -> throw FunctionFamily.unknown(name);
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

  private static Expression bindTime(FunctionCall call) {
    call.requireCount(0, 1);
    ZoneShift zone = ZoneShift.of(call.session().timeZone());
    if (call.count() == 0) {
      return new Now("current_time(6)", TimeType.DEFAULT, zone);
    }
    call.coerce(0, AtomicType.INT);
    Object digits = call.constant(0);
    if (!(digits instanceof Number)) {
      throw call.error(
          "DATATYPE_MISMATCH.UNEXPECTED_NULL",
          0,
          "the precision of 'current_time' must not be NULL",
          null);
    }
    int precision = ((Number) digits).intValue();
    if (precision < 0 || precision > TimeType.MAX_PRECISION) {
      throw call.error(
          "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE",
          0,
          "the precision of 'current_time' is 0 to 6, not " + precision,
          null);
    }
    return new Now("current_time(" + precision + ")", new TimeType(precision), zone);
  }

  /** The current timestamp, for functions that default to it. */
  static Expression currentTimestamp() {
    return new Now("current_timestamp()", AtomicType.TIMESTAMP, TimeArguments.UTC);
  }

  private record Now(String sql, DataType type, ZoneShift zone) implements BatchTime {
    @Override
    public Object at(long micros) {
      if (type == AtomicType.TIMESTAMP) {
        return micros;
      }
      if (type == AtomicType.DATE) {
        return DateTimes.toDays(micros, zone);
      }
      long local = zone.toLocal(micros);
      if (type instanceof TimeType time) {
        long nanos = Math.floorMod(local, DateTimes.MICROS_PER_DAY) * TimesOfDay.NANOS_PER_MICRO;
        return TimesOfDay.cut(nanos, time.precision());
      }
      return local;
    }
  }
}
