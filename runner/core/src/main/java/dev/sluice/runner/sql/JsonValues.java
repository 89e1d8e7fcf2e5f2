package dev.sluice.runner.sql;

import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.CalendarInterval;
import dev.sluice.operators.data.CollatedType;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DayTimeIntervalType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.data.TimeType;
import dev.sluice.operators.data.YearMonthIntervalType;
import dev.sluice.operators.expression.IntervalText;
import dev.sluice.operators.time.DateTimes;
import dev.sluice.operators.time.TimesOfDay;
import dev.sluice.operators.variant.Variant;
import dev.sluice.operators.variant.VariantText;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values as plain JSON values and back: decimals, dates, times and timestamps (UTC) as strings,
 * binary as hex, structs as objects, maps as pairs, intervals in ISO 8601; NaN and infinities as
 * strings.
 */
public final class JsonValues {
  private JsonValues() {}

  /** One value of a column. */
  public static @Nullable Object toJson(Column column, int row) {
    return toJson(column.type(), column.value(row));
  }

  private static @Nullable Object toJson(DataType type, @Nullable Object value) {
    if (value == null) {
      return null;
    }
    if (type instanceof DecimalType) {
      return ((BigDecimal) value).toPlainString();
    }
    if (type instanceof DayTimeIntervalType) {
      return isoDayTime((Long) value);
    }
    if (type instanceof YearMonthIntervalType) {
      return isoYearMonth((Integer) value);
    }
    if (type instanceof TimeType) {
      return TimesOfDay.format((Long) value);
    }
    if (type instanceof CollatedType) {
      return value;
    }
    if (type instanceof ArrayType array) {
      List<@Nullable Object> all = new ArrayList<>();
      ((List<?>) value).forEach(v -> all.add(toJson(array.element(), v)));
      return all;
    }
    if (type instanceof MapType map) {
      List<@Nullable Object> all = new ArrayList<>();
      for (Object each : (List<?>) value) {
        Map.Entry<?, ?> entry = (Map.Entry<?, ?>) each;
        List<@Nullable Object> pair = new ArrayList<>();
        pair.add(toJson(map.key(), entry.getKey()));
        pair.add(toJson(map.value(), entry.getValue()));
        all.add(pair);
      }
      return all;
    }
    if (type instanceof StructType struct) {
      Map<String, @Nullable Object> all = new LinkedHashMap<>();
      List<?> values = (List<?>) value;
      for (int i = 0; i < struct.size(); i++) {
        all.put(unused(struct.field(i).name(), all), toJson(struct.field(i).type(), values.get(i)));
      }
      return all;
    }
    return atomic((AtomicType) type, value);
  }

  /** A second {@code a} is called {@code a#2}. */
  public static String unused(String name, Map<String, ?> taken) {
    String candidate = name;
    for (int i = 2; taken.containsKey(candidate); i++) {
      candidate = name + "#" + i;
    }
    return candidate;
  }

  private static Object atomic(AtomicType type, Object value) {
    return switch (type) {
      case FLOAT -> {
        float f = (Float) value;
        // Through its shortest text: 0.1f is 0.1, not 0.10000000149.
        yield Float.isNaN(f) || Float.isInfinite(f)
            ? Float.toString(f)
            : Double.valueOf(Float.toString(f));
      }
      case DOUBLE -> {
        double d = (Double) value;
        // Written with a point or an exponent: no double is taken for a whole number.
        yield Double.isNaN(d) || Double.isInfinite(d) ? Double.toString(d) : d;
      }
      case BINARY -> HexFormat.of().formatHex((byte[]) value);
      case DATE -> DateTimes.formatDate((Integer) value);
      case TIMESTAMP -> DateTimes.formatTimestamp((Long) value, ZoneOffset.UTC);
      case TIMESTAMP_NTZ -> DateTimes.formatTimestampNtz((Long) value);
      case CALENDAR_INTERVAL -> IntervalText.format((CalendarInterval) value);
      case VARIANT -> VariantText.json(Variant.of((byte[]) value, 0), ZoneOffset.UTC);
      default -> value;
    };
  }

  private static String isoDayTime(long micros) {
    return Duration.of(micros, ChronoUnit.MICROS).toString();
  }

  private static String isoYearMonth(int months) {
    if (months == 0) {
      return "P0D";
    }
    StringBuilder out = new StringBuilder("P");
    part(months / 12, 'Y', out);
    part(months % 12, 'M', out);
    return out.toString();
  }

  private static void part(long amount, char unit, StringBuilder out) {
    if (amount != 0) {
      out.append(amount).append(unit);
    }
  }

  /**
   * A JSON value in the form of {@link Column#value}. Throws {@link IllegalArgumentException} for
   * one that the type has no place for.
   */
  public static @Nullable Object fromJson(DataType type, @Nullable Object json) {
    if (json == null) {
      return null;
    }
    if (type instanceof DecimalType decimal) {
      return new BigDecimal(json.toString()).setScale(decimal.scale(), RoundingMode.HALF_UP);
    }
    if (type instanceof DayTimeIntervalType) {
      return Duration.parse(json.toString()).toNanos() / 1000;
    }
    if (type instanceof YearMonthIntervalType) {
      return (int) java.time.Period.parse(json.toString()).toTotalMonths();
    }
    if (type instanceof CollatedType) {
      return json.toString();
    }
    if (type instanceof TimeType) {
      return valid(TimesOfDay.parse(json.toString()), TimesOfDay.INVALID, json);
    }
    if (type instanceof ArrayType array) {
      List<@Nullable Object> all = new ArrayList<>();
      ((List<?>) json).forEach(v -> all.add(fromJson(array.element(), v)));
      return all;
    }
    if (type instanceof MapType map) {
      List<Object> all = new ArrayList<>();
      for (Object each : (List<?>) json) {
        List<?> pair = (List<?>) each;
        all.add(
            new SimpleImmutableEntry<@Nullable Object, @Nullable Object>(
                fromJson(map.key(), pair.get(0)), fromJson(map.value(), pair.get(1))));
      }
      return all;
    }
    if (type instanceof StructType struct) {
      List<@Nullable Object> all = new ArrayList<>();
      struct.fields().forEach(f -> all.add(fromJson(f.type(), ((Map<?, ?>) json).get(f.name()))));
      return all;
    }
    return atomicFromJson((AtomicType) type, json);
  }

  private static @Nullable Object atomicFromJson(AtomicType type, Object json) {
    return switch (type) {
      case BOOLEAN -> (Boolean) json;
      case TINYINT, SMALLINT, INT -> ((Number) json).intValue();
      case BIGINT -> ((Number) json).longValue();
      case FLOAT -> json instanceof Number n ? n.floatValue() : Float.parseFloat(json.toString());
      case DOUBLE ->
          json instanceof Number n ? n.doubleValue() : Double.parseDouble(json.toString());
      case STRING -> json.toString();
      case BINARY -> HexFormat.of().parseHex(json.toString());
      case DATE -> valid(DateTimes.parseDate(json.toString()), DateTimes.INVALID_DATE, json);
      case TIMESTAMP ->
          valid(DateTimes.parseTimestamp(json.toString(), ZoneOffset.UTC), DateTimes.INVALID, json);
      case TIMESTAMP_NTZ ->
          valid(DateTimes.parseTimestampNtz(json.toString()), DateTimes.INVALID, json);
      case CALENDAR_INTERVAL ->
          IntervalText.parseUnits(json.toString())
              .orElseThrow(() -> new IllegalArgumentException(json.toString()));
      case VARIANT -> throw new IllegalArgumentException("VARIANT: write parse_json of a text");
      case NULL -> null;
    };
  }

  private static <T> T valid(T value, T invalid, Object json) {
    if (value.equals(invalid)) {
      throw new IllegalArgumentException("'" + json + "' is no time");
    }
    return value;
  }
}
