package dev.sluice.operators.function.datetime;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.CollatedType;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DayTimeIntervalType;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.IntervalColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.TimeType;
import dev.sluice.operators.data.YearMonthIntervalType;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.expression.Renamed;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.ScalarCall;
import dev.sluice.operators.time.DateTimes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A part of a date, time or interval by its name: {@code extract(week FROM t)}. */
public final class ExtractFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of("extract", "date_part", "datepart");
  }

  @Override
  public Function function(String name) {
    String example =
        name.equals("date_part")
            ? "date_part('YEAR', TIMESTAMP '2019-08-12 01:00:00.123456')"
            : name + "(YEAR FROM TIMESTAMP '2019-08-12 01:00:00.123456')";
    return NamedFunction.of(
        name,
        FunctionDoc.of(
            "datetime_funcs",
            name.equals("date_part") ? "date_part(field, source)" : name + "(field FROM source)",
            "A part of a date, timestamp or interval.",
            example(
                name.equals("datepart")
                    ? example.replace(" FROM", "',").replace("(", "('")
                    : example,
                "2019")),
        call -> bind(name, call));
  }

  private static Expression bind(String name, FunctionCall call) {
    call.requireCount(2, 2);
    Expression source = call.argument(1);
    DataType asked = call.argument(0).type();
    boolean text = CollatedType.isText(asked) || asked == AtomicType.NULL;
    if (!text || !call.argument(0).foldable()) {
      throw call.error(
          "NON_FOLDABLE_ARGUMENT", 0, "the field of '" + name + "' must be a constant text", null);
    }
    Object word = call.constant(0);
    String sql =
        name.equals("date_part")
            ? "date_part(" + call.argument(0).sql() + ", " + source.sql() + ")"
            : name + "(" + word + " FROM " + source.sql() + ")";
    if (word == null) {
      return new Literal(AtomicType.DOUBLE, null, sql);
    }
    DateField field = DateField.ofWord(String.valueOf(word));
    Expression part = field == null ? null : part(field, source, call);
    if (part == null) {
      throw call.error(
          "INVALID_EXTRACT_FIELD",
          0,
          "'" + word + "' cannot be extracted from '" + source.sql() + "'",
          "fields are year, quarter, month, week, day, dayofweek, doy, hour, minute, second");
    }
    return new Renamed(part, sql);
  }

  private static @Nullable Expression part(DateField field, Expression source, FunctionCall call) {
    DataType type = source.type();
    if (type instanceof YearMonthIntervalType || type instanceof DayTimeIntervalType) {
      return inRange(field, type) ? ofInterval(field, source) : null;
    }
    if (type instanceof TimeType && !field.ofTime()) {
      return null;
    }
    if (type == AtomicType.CALENDAR_INTERVAL) {
      return switch (field) {
        case YEAR, MONTH, DAY, HOUR, MINUTE, SECOND_WITH_FRACTION -> ofCalendar(field, source);
        default -> null;
      };
    }
    return field.ofTime()
        ? FieldFunctions.ofTime("extract", field, call, 1)
        : FieldFunctions.ofDate("extract", field, TimeArguments.date(call, 1));
  }

  private static boolean inRange(DateField field, DataType type) {
    if (type instanceof YearMonthIntervalType months) {
      return (field == DateField.YEAR && months.start() == YearMonthIntervalType.Unit.YEAR)
          || (field == DateField.MONTH && months.end() == YearMonthIntervalType.Unit.MONTH);
    }
    DayTimeIntervalType days = (DayTimeIntervalType) type;
    DayTimeIntervalType.Unit unit =
        switch (field) {
          case DAY -> DayTimeIntervalType.Unit.DAY;
          case HOUR -> DayTimeIntervalType.Unit.HOUR;
          case MINUTE -> DayTimeIntervalType.Unit.MINUTE;
          case SECOND_WITH_FRACTION -> DayTimeIntervalType.Unit.SECOND;
          default -> null;
        };
    return unit != null && days.start().compareTo(unit) <= 0 && days.end().compareTo(unit) >= 0;
  }

  private static DataType type(DateField field) {
    return switch (field) {
      case YEAR, DAY -> AtomicType.INT;
      case SECOND_WITH_FRACTION -> DateField.SECONDS;
      default -> AtomicType.TINYINT;
    };
  }

  private static Expression ofInterval(DateField field, Expression source) {
    DataType type = type(field);
    return new ScalarCall(
        "extract",
        List.of(source),
        type,
        source.nullable(),
        false,
        (columns, rows, context) -> {
          Column column = columns.get(0).flatten();
          if (column instanceof IntColumn months) {
            return ofMonths(field, type, months, rows);
          }
          LongColumn in = (LongColumn) column;
          return ofMicros(field, type, in.values(), in, rows);
        });
  }

  private static Column ofMonths(DateField field, DataType type, IntColumn months, int rows) {
    int[] out = new int[rows];
    for (int i = 0; i < rows; i++) {
      out[i] = field == DateField.YEAR ? months.get(i) / 12 : months.get(i) % 12;
    }
    return new IntColumn(type, out, months.validity(), rows);
  }

  private static Column ofMicros(
      DateField field, DataType type, long[] micros, FlatColumn nulls, int rows) {
    if (field == DateField.SECOND_WITH_FRACTION) {
      long[] seconds = new long[rows];
      for (int i = 0; i < rows; i++) {
        seconds[i] = micros[i] % DateTimes.MICROS_PER_MINUTE;
      }
      return new LongColumn(type, seconds, nulls.validity(), rows);
    }
    int[] out = new int[rows];
    for (int i = 0; i < rows; i++) {
      out[i] =
          (int)
              switch (field) {
                case DAY -> micros[i] / DateTimes.MICROS_PER_DAY;
                case HOUR -> micros[i] % DateTimes.MICROS_PER_DAY / DateTimes.MICROS_PER_HOUR;
                default -> micros[i] % DateTimes.MICROS_PER_HOUR / DateTimes.MICROS_PER_MINUTE;
              };
    }
    return new IntColumn(type, out, nulls.validity(), rows);
  }

  private static Expression ofCalendar(DateField field, Expression source) {
    DataType type = type(field);
    return new ScalarCall(
        "extract",
        List.of(source),
        type,
        source.nullable(),
        false,
        (columns, rows, context) -> {
          IntervalColumn in = (IntervalColumn) columns.get(0).flatten();
          return switch (field) {
            case YEAR, MONTH ->
                ofMonths(
                    field,
                    type,
                    new IntColumn(AtomicType.INT, in.months(), in.validity(), rows),
                    rows);
            case DAY -> new IntColumn(type, in.days(), in.validity(), rows);
            default -> ofMicros(field, type, in.microseconds(), in, rows);
          };
        });
  }
}
