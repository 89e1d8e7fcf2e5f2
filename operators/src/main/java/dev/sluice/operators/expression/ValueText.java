package dev.sluice.operators.expression;

import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.CalendarInterval;
import dev.sluice.operators.data.CollatedType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DayTimeIntervalType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.FloatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.MapColumn;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.StructColumn;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.data.TimeType;
import dev.sluice.operators.data.YearMonthIntervalType;
import dev.sluice.operators.time.DateTimes;
import dev.sluice.operators.time.TimesOfDay;
import dev.sluice.operators.variant.Variant;
import dev.sluice.operators.variant.VariantText;
import java.util.ArrayList;
import java.util.List;

/** The text of a value as {@code CAST(... AS STRING)} gives it. The row is not null. */
@FunctionalInterface
public interface ValueText {
  void append(FlatColumn column, int row, StringBuilder out);

  /** For columns of this type; timestamps are shown on the session's wall clock. */
  static ValueText of(DataType type, Session session) {
    if (type instanceof DecimalType) {
      return (column, row, out) -> out.append(Decimals.get(column, row).toPlainString());
    }
    if (type instanceof DayTimeIntervalType) {
      return (column, row, out) ->
          out.append(IntervalText.format(((LongColumn) column).get(row), type));
    }
    if (type instanceof YearMonthIntervalType) {
      return (column, row, out) ->
          out.append(IntervalText.format(((IntColumn) column).get(row), type));
    }
    if (type instanceof CollatedType) {
      return (column, row, out) -> out.append(((BytesColumn) column).string(row));
    }
    if (type instanceof TimeType) {
      return (column, row, out) -> out.append(TimesOfDay.format(((LongColumn) column).get(row)));
    }
    if (type instanceof ArrayType array) {
      return array(of(array.element(), session));
    }
    if (type instanceof MapType map) {
      return map(of(map.key(), session), of(map.value(), session));
    }
    if (type instanceof StructType struct) {
      return struct(struct, session);
    }
    return switch ((AtomicType) type) {
      case BOOLEAN -> (column, row, out) -> out.append(((BooleanColumn) column).get(row));
      case TINYINT, SMALLINT, INT ->
          (column, row, out) -> out.append(((IntColumn) column).get(row));
      case BIGINT -> (column, row, out) -> out.append(((LongColumn) column).get(row));
      case FLOAT -> (column, row, out) -> out.append(((FloatColumn) column).get(row));
      case DOUBLE -> (column, row, out) -> out.append(((DoubleColumn) column).get(row));
      case STRING, BINARY -> (column, row, out) -> out.append(((BytesColumn) column).string(row));
      case DATE ->
          (column, row, out) -> out.append(DateTimes.formatDate(((IntColumn) column).get(row)));
      case TIMESTAMP ->
          (column, row, out) ->
              out.append(
                  DateTimes.formatTimestamp(((LongColumn) column).get(row), session.timeZone()));
      case TIMESTAMP_NTZ ->
          (column, row, out) ->
              out.append(DateTimes.formatTimestampNtz(((LongColumn) column).get(row)));
      case CALENDAR_INTERVAL ->
          (column, row, out) -> {
            if (column.value(row) instanceof CalendarInterval interval) {
              out.append(IntervalText.format(interval));
            }
          };
      case VARIANT ->
          (column, row, out) ->
              out.append(
                  VariantText.json(Variant.of((BytesColumn) column, row), session.timeZone()));
      case NULL -> (column, row, out) -> out.append("null");
    };
  }

  private static void orNull(ValueText text, FlatColumn column, int row, StringBuilder out) {
    if (column.isNull(row)) {
      out.append("null");
    } else {
      text.append(column, row, out);
    }
  }

  private static ValueText array(ValueText element) {
    return (column, row, out) -> {
      ArrayColumn arrays = (ArrayColumn) column;
      FlatColumn elements = arrays.elements().flatten();
      out.append('[');
      for (int i = 0; i < arrays.lengths()[row]; i++) {
        out.append(i == 0 ? "" : ", ");
        orNull(element, elements, arrays.starts()[row] + i, out);
      }
      out.append(']');
    };
  }

  private static ValueText map(ValueText key, ValueText value) {
    return (column, row, out) -> {
      MapColumn maps = (MapColumn) column;
      out.append('{');
      for (int i = maps.starts()[row]; i < maps.starts()[row] + maps.lengths()[row]; i++) {
        out.append(i == maps.starts()[row] ? "" : ", ");
        orNull(key, maps.keys().flatten(), i, out);
        out.append(" -> ");
        orNull(value, maps.values().flatten(), i, out);
      }
      out.append('}');
    };
  }

  private static ValueText struct(StructType type, Session session) {
    List<ValueText> fields = new ArrayList<>();
    type.fields().forEach(f -> fields.add(of(f.type(), session)));
    return (column, row, out) -> {
      StructColumn structs = (StructColumn) column;
      out.append('{');
      for (int i = 0; i < fields.size(); i++) {
        out.append(i == 0 ? "" : ", ");
        orNull(fields.get(i), structs.child(i).flatten(), row, out);
      }
      out.append('}');
    };
  }
}
