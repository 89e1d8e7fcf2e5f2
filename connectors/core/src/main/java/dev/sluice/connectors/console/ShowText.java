package dev.sluice.connectors.console;

import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.CalendarInterval;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DayTimeIntervalType;
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
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values as Spark's {@code show()} prints them: {@code NULL}, {@code [1, 2]}, {@code {a -> 1}}. */
public final class ShowText {
  private final ZoneId zone;

  /** Timestamps are shown on the clock of this zone. */
  public ShowText(ZoneId zone) {
    this.zone = zone;
  }

  /** {@code value} in the form of {@code Column.value}. */
  public String of(@Nullable Object value, DataType type) {
    StringBuilder out = new StringBuilder();
    append(value, type, out);
    return out.toString();
  }

  private void append(@Nullable Object value, DataType type, StringBuilder out) {
    if (value == null) {
      out.append("NULL");
    } else if (type instanceof ArrayType array && value instanceof List<?> elements) {
      String separator = "[";
      for (Object element : elements) {
        out.append(separator);
        append(element, array.element(), out);
        separator = ", ";
      }
      out.append(elements.isEmpty() ? "[]" : "]");
    } else if (type instanceof StructType struct && value instanceof List<?> fields) {
      String separator = "{";
      for (int i = 0; i < fields.size(); i++) {
        out.append(separator);
        append(fields.get(i), struct.field(i).type(), out);
        separator = ", ";
      }
      out.append(fields.isEmpty() ? "{}" : "}");
    } else if (type instanceof MapType map && value instanceof List<?> entries) {
      String separator = "{";
      for (Object each : entries) {
        Map.Entry<?, ?> entry = (Map.Entry<?, ?>) each;
        out.append(separator);
        append(entry.getKey(), map.key(), out);
        out.append(" -> ");
        append(entry.getValue(), map.value(), out);
        separator = ", ";
      }
      out.append(entries.isEmpty() ? "{}" : "}");
    } else if (value instanceof byte[] bytes && type != AtomicType.VARIANT) {
      hex(bytes, out);
    } else {
      out.append(scalar(value, type));
    }
  }

  private static void hex(byte[] bytes, StringBuilder out) {
    out.append('[');
    for (int i = 0; i < bytes.length; i++) {
      if (i > 0) {
        out.append(' ');
      }
      out.append("0123456789ABCDEF".charAt(bytes[i] >> 4 & 15));
      out.append("0123456789ABCDEF".charAt(bytes[i] & 15));
    }
    out.append(']');
  }

  /** A value without parts, as CAST gives it. */
  String scalar(Object value, DataType type) {
    if (value instanceof BigDecimal decimal) {
      return decimal.toPlainString();
    }
    if (type == AtomicType.DATE) {
      return DateTimes.formatDate((Integer) value);
    }
    if (type == AtomicType.TIMESTAMP) {
      return DateTimes.formatTimestamp((Long) value, zone);
    }
    if (type == AtomicType.TIMESTAMP_NTZ) {
      return DateTimes.formatTimestampNtz((Long) value);
    }
    if (type instanceof TimeType) {
      return TimesOfDay.format((Long) value);
    }
    if (type instanceof DayTimeIntervalType || type instanceof YearMonthIntervalType) {
      return IntervalText.format(((Number) value).longValue(), type);
    }
    if (value instanceof CalendarInterval interval) {
      return calendar(interval);
    }
    if (value instanceof byte[] variant && type == AtomicType.VARIANT) {
      return VariantText.json(Variant.of(variant, 0), zone);
    }
    return value.toString();
  }

  private static String calendar(CalendarInterval interval) {
    StringBuilder out = new StringBuilder();
    unit(interval.months() / 12, "years", out);
    unit(interval.months() % 12, "months", out);
    unit(interval.days(), "days", out);
    long micros = interval.microseconds();
    unit(micros / DateTimes.MICROS_PER_HOUR, "hours", out);
    unit(micros % DateTimes.MICROS_PER_HOUR / DateTimes.MICROS_PER_MINUTE, "minutes", out);
    long rest = micros % DateTimes.MICROS_PER_MINUTE;
    if (rest != 0) {
      out.append(out.isEmpty() ? "" : " ")
          .append(BigDecimal.valueOf(rest, 6).stripTrailingZeros().toPlainString())
          .append(" seconds");
    }
    return out.isEmpty() ? "0 seconds" : out.toString();
  }

  private static void unit(long amount, String name, StringBuilder out) {
    if (amount != 0) {
      out.append(out.isEmpty() ? "" : " ").append(amount).append(' ').append(name);
    }
  }
}
