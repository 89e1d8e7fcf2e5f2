package dev.sluice.operators.function.text;

import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.StructType;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values as {@code format_string} formats them in Spark: decimals, arrays, maps and structs are
 * objects of its own that have a text and are no numbers.
 */
final class FormatArguments {
  private FormatArguments() {}

  /** Something that only {@code %s} and its like can format. */
  private record Opaque(String text) {
    @Override
    public String toString() {
      return text;
    }
  }

  /** The argument for a value in the form of a column's. */
  static @Nullable Object of(DataType type, @Nullable Object value) {
    if (value instanceof BigDecimal decimal) {
      return new Opaque(decimal.toString());
    }
    return value instanceof List<?> ? new Opaque(text(type, value)) : value;
  }

  private static String text(DataType type, @Nullable Object value) {
    if (!(value instanceof List<?> list)) {
      return String.valueOf(value);
    }
    StringBuilder out = new StringBuilder();
    if (type instanceof MapType map) {
      StringBuilder values = new StringBuilder();
      for (Object each : list) {
        Map.Entry<?, ?> entry = (Map.Entry<?, ?>) each;
        item(map.key(), entry.getKey(), out);
        item(map.value(), entry.getValue(), values);
      }
      return "keys: [" + out + "], values: [" + values + "]";
    }
    for (int i = 0; i < list.size(); i++) {
      DataType inner =
          type instanceof StructType struct ? struct.field(i).type() : ((ArrayType) type).element();
      item(inner, list.get(i), out);
    }
    return "[" + out + "]";
  }

  private static void item(DataType type, @Nullable Object value, StringBuilder out) {
    out.append(out.length() == 0 ? "" : ",").append(text(type, value));
  }
}
