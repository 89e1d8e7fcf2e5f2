package dev.sluice.operators.function.datetime;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.LongColumn;
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
import dev.sluice.operators.time.ZoneShift;
import dev.sluice.operators.time.Zones;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Wall clocks of one zone read as another's. */
public final class ZoneFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of("from_utc_timestamp", "to_utc_timestamp", "convert_timezone");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "from_utc_timestamp" ->
          declare(
              name,
              "from_utc_timestamp(timestamp, timezone)",
              "A wall-clock time of UTC as the zone's clock shows it then.",
              "from_utc_timestamp('2016-08-31', 'Asia/Seoul')",
              "2016-08-31 09:00:00",
              call -> bindUtc(name, call, true));
      case "to_utc_timestamp" ->
          declare(
              name,
              "to_utc_timestamp(timestamp, timezone)",
              "A wall-clock time of the zone as UTC's clock shows it then.",
              "to_utc_timestamp('2016-08-31', 'Asia/Seoul')",
              "2016-08-30 15:00:00",
              call -> bindUtc(name, call, false));
      case "convert_timezone" ->
          declare(
              name,
              "convert_timezone([sourceTz, ]targetTz, sourceTs)",
              "A wall-clock time of the first zone (or the session's) as the second's clock shows"
                  + " it.",
              "convert_timezone('Europe/Brussels', 'America/Los_Angeles', "
                  + "timestamp_ntz'2021-12-06 00:00:00')",
              "2021-12-05 15:00:00",
              ZoneFunctions::bindConvert);
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

  private static Expression bindUtc(String name, FunctionCall call, boolean fromUtc) {
    call.requireCount(2, 2);
    List<Expression> arguments =
        List.of(call.coerce(0, AtomicType.TIMESTAMP), call.coerce(1, AtomicType.STRING));
    return new ScalarCall(
        name,
        arguments,
        AtomicType.TIMESTAMP,
        Nulls.anyNullable(arguments),
        true,
        (columns, rows, context) -> {
          LongColumn in = TimeArguments.longs(columns.get(0));
          ZoneColumn zones = new ZoneColumn(columns.get(1));
          Validity valid = Nulls.of(in, zones.names, rows);
          long[] out = new long[rows];
          for (int i = 0; i < rows; i++) {
            if (valid.isValid(i)) {
              ZoneShift zone = zones.get(i);
              out[i] = fromUtc ? zone.toLocal(in.get(i)) : zone.fromLocal(in.get(i));
            }
          }
          return new LongColumn(AtomicType.TIMESTAMP, out, valid, rows);
        });
  }

  private static Expression bindConvert(FunctionCall call) {
    call.requireCount(2, 3);
    int last = call.count() - 1;
    Expression source =
        last == 2
            ? call.coerce(0, AtomicType.STRING)
            : NowFunctions.currentTimezone(call.session().timeZone());
    List<Expression> arguments =
        List.of(
            source,
            call.coerce(last - 1, AtomicType.STRING),
            call.coerce(last, AtomicType.TIMESTAMP_NTZ));
    return new ScalarCall(
        "convert_timezone",
        arguments,
        AtomicType.TIMESTAMP_NTZ,
        Nulls.anyNullable(arguments),
        true,
        (columns, rows, context) -> {
          ZoneColumn from = new ZoneColumn(columns.get(0));
          ZoneColumn to = new ZoneColumn(columns.get(1));
          LongColumn in = TimeArguments.longs(columns.get(2));
          Validity valid = Nulls.of(from.names, to.names, rows).and(in.validity(), rows);
          long[] out = new long[rows];
          for (int i = 0; i < rows; i++) {
            if (valid.isValid(i)) {
              out[i] = to.get(i).toLocal(from.get(i).fromLocal(in.get(i)));
            }
          }
          return new LongColumn(AtomicType.TIMESTAMP_NTZ, out, valid, rows);
        });
  }

  /** Zones by name; a constant is looked up once. */
  static final class ZoneColumn {
    final BytesColumn names;
    private final boolean constant;
    private @Nullable ZoneShift known;

    ZoneColumn(Column names) {
      this.names = TimeArguments.bytes(names);
      this.constant = names instanceof ConstantColumn;
    }

    ZoneShift get(int row) {
      ZoneShift zone = known;
      if (zone != null && constant) {
        return zone;
      }
      String name = names.string(row);
      ZoneId found = Zones.find(name);
      if (found == null) {
        throw new EvaluationException("INVALID_TIMEZONE", "'" + name + "' is no time zone", row);
      }
      zone = ZoneShift.of(found);
      known = zone;
      return zone;
    }
  }
}
