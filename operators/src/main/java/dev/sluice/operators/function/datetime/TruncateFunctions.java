package dev.sluice.operators.function.datetime;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.Expression;
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

/**
 * The beginning of a year, month, hour: {@code trunc} of dates, {@code date_trunc} of timestamps.
 */
public final class TruncateFunctions implements FunctionFamily {
  private enum Unit {
    /** The word means nothing: the result is null. */
    NONE,
    YEAR,
    QUARTER,
    MONTH,
    WEEK,
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    MILLISECOND,
    MICROSECOND;

    static Unit of(String word, boolean ofTimestamps) {
      Unit unit =
          switch (word.toUpperCase(Locale.ROOT)) {
            case "YEAR", "YYYY", "YY" -> YEAR;
            case "QUARTER" -> QUARTER;
            case "MONTH", "MON", "MM" -> MONTH;
            case "WEEK" -> WEEK;
            case "DAY", "DD" -> DAY;
            case "HOUR" -> HOUR;
            case "MINUTE" -> MINUTE;
            case "SECOND" -> SECOND;
            case "MILLISECOND" -> MILLISECOND;
            case "MICROSECOND" -> MICROSECOND;
            default -> NONE;
          };
      return !ofTimestamps && unit.compareTo(WEEK) > 0 ? NONE : unit;
    }

    long micros() {
      return switch (this) {
        case HOUR -> DateTimes.MICROS_PER_HOUR;
        case MINUTE -> DateTimes.MICROS_PER_MINUTE;
        case SECOND -> DateTimes.MICROS_PER_SECOND;
        case MILLISECOND -> 1000L;
        default -> 1L;
      };
    }

    long firstDay(long days) {
      if (this == DAY) {
        return days;
      }
      if (this == WEEK) {
        return days - CivilDate.weekday(days);
      }
      long date = CivilDate.decode(days);
      int month = CivilDate.month(date);
      return switch (this) {
        case YEAR -> CivilDate.toDays(CivilDate.year(date), 1, 1);
        case QUARTER -> CivilDate.toDays(CivilDate.year(date), (month - 1) / 3 * 3 + 1, 1);
        default -> days - CivilDate.day(date) + 1;
      };
    }
  }

  @Override
  public List<String> names() {
    return List.of("trunc", "date_trunc");
  }

  @Override
  public Function function(String name) {
    if (name.equals("trunc")) {
      return NamedFunction.of(
          name,
          FunctionDoc.of(
              "datetime_funcs",
              "trunc(date, fmt)",
              "The first day of the year (YEAR, YYYY, YY), QUARTER, month (MONTH, MON, MM) or WEEK; "
                  + "null for another word.",
              example("trunc('2019-08-04', 'week')", "2019-07-29")),
          TruncateFunctions::bindDate);
    }
    return NamedFunction.of(
        name,
        FunctionDoc.of(
            "datetime_funcs",
            "date_trunc(fmt, ts)",
            "The beginning of the unit that the timestamp is in, from YEAR to MICROSECOND; null for "
                + "another word.",
            example("date_trunc('HOUR', '2015-03-05T09:32:05.359')", "2015-03-05 09:00:00")),
        TruncateFunctions::bindTimestamp);
  }

  private static Expression bindDate(FunctionCall call) {
    call.requireCount(2, 2);
    List<Expression> arguments =
        List.of(TimeArguments.date(call, 0), call.coerce(1, AtomicType.STRING));
    return new ScalarCall(
        "trunc",
        arguments,
        AtomicType.DATE,
        true,
        false,
        (columns, rows, context) -> {
          IntColumn in = TimeArguments.ints(columns.get(0));
          Words words = new Words(columns.get(1), false);
          Validity valid = Nulls.of(in, words.column, rows);
          boolean[] isNull = new boolean[rows];
          int[] out = new int[rows];
          for (int i = 0; i < rows; i++) {
            Unit unit = valid.isNull(i) ? Unit.NONE : words.unit(i);
            isNull[i] = unit == Unit.NONE;
            out[i] = isNull[i] ? 0 : (int) unit.firstDay(in.get(i));
          }
          return new IntColumn(AtomicType.DATE, out, Validity.ofNulls(isNull, rows), rows);
        });
  }

  private static Expression bindTimestamp(FunctionCall call) {
    call.requireCount(2, 2);
    List<Expression> arguments =
        List.of(call.coerce(0, AtomicType.STRING), call.coerce(1, AtomicType.TIMESTAMP));
    ZoneShift zone = ZoneShift.of(call.session().timeZone());
    return new ScalarCall(
        "date_trunc",
        arguments,
        AtomicType.TIMESTAMP,
        true,
        false,
        (columns, rows, context) -> truncate(columns.get(0), columns.get(1), rows, zone));
  }

  private static Column truncate(Column names, Column timestamps, int rows, ZoneShift zone) {
    LongColumn in = TimeArguments.longs(timestamps);
    Words words = new Words(names, true);
    Validity valid = Nulls.of(in, words.column, rows);
    long[] out = new long[rows];
    if (rows > 0 && words.constant && words.column.validity().isValid(0) && zone.isFixed()) {
      Unit unit = words.unit(0);
      if (unit.compareTo(Unit.DAY) > 0) {
        long offset = zone.toLocal(0);
        long length = unit.micros();
        if (unit == Unit.HOUR) {
          // The commonest: by a constant the processor need not divide.
          for (int i = 0; i < rows; i++) {
            out[i] = in.get(i) - Math.floorMod(in.get(i) + offset, DateTimes.MICROS_PER_HOUR);
          }
        } else {
          for (int i = 0; i < rows; i++) {
            out[i] = in.get(i) - Math.floorMod(in.get(i) + offset, length);
          }
        }
        return new LongColumn(AtomicType.TIMESTAMP, out, valid, rows);
      }
    }
    boolean[] isNull = new boolean[rows];
    for (int i = 0; i < rows; i++) {
      Unit unit = valid.isNull(i) ? Unit.NONE : words.unit(i);
      isNull[i] = unit == Unit.NONE;
      if (isNull[i]) {
        continue;
      }
      long micros = in.get(i);
      long local = zone.toLocal(micros);
      if (unit.compareTo(Unit.DAY) <= 0) {
        long days = unit.firstDay(Math.floorDiv(local, DateTimes.MICROS_PER_DAY));
        out[i] = zone.fromLocal(days * DateTimes.MICROS_PER_DAY);
      } else {
        // Within a unit of time the clock does not change: the offset stays that of the instant.
        out[i] = micros - Math.floorMod(local, unit.micros());
      }
    }
    return new LongColumn(AtomicType.TIMESTAMP, out, Validity.ofNulls(isNull, rows), rows);
  }

  /** The units of a column of words; a constant is looked up once. */
  private static final class Words {
    final BytesColumn column;
    private final boolean constant;
    private final boolean ofTimestamps;
    private Unit known = Unit.NONE;
    private boolean looked;

    Words(Column words, boolean ofTimestamps) {
      this.column = TimeArguments.bytes(words);
      this.constant = words instanceof ConstantColumn;
      this.ofTimestamps = ofTimestamps;
    }

    Unit unit(int row) {
      if (!looked) {
        known = Unit.of(column.string(row), ofTimestamps);
        looked = constant;
      }
      return known;
    }
  }
}
