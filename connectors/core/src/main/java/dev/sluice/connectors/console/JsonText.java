package dev.sluice.connectors.console;

import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.json.Json;
import dev.sluice.operators.time.DateTimes;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rows as Spark's JSON writer gives them: null fields left out (but kept in arrays and maps), times
 * in ISO form with milliseconds, binary as base64.
 */
final class JsonText {
  private final ZoneId zone;
  private final ShowText texts;

  JsonText(ZoneId zone) {
    this.zone = zone;
    this.texts = new ShowText(zone);
  }

  String line(long batchId, Batch batch, int row) {
    Map<String, @Nullable Object> line = new LinkedHashMap<>();
    line.put("batchId", batchId);
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    for (int c = 0; c < batch.schema().size(); c++) {
      put(values, batch.schema().field(c), batch.column(c).value(row));
    }
    line.put("row", values);
    return escapeControls(Json.write(line));
  }

  /** JSON escapes those below the blank; a terminal also obeys those behind DEL. */
  private static String escapeControls(String json) {
    for (int i = 0; i < json.length(); i++) {
      if (Character.isISOControl(json.charAt(i))) {
        StringBuilder out = new StringBuilder();
        json.chars()
            .forEach(
                c ->
                    out.append(
                        Character.isISOControl(c)
                            ? "\\u00" + Integer.toHexString(c)
                            : String.valueOf((char) c)));
        return out.toString();
      }
    }
    return json;
  }

  private void put(Map<String, @Nullable Object> into, Field field, @Nullable Object value) {
    if (value != null) {
      into.put(field.name(), convert(value, field.type()));
    }
  }

  private @Nullable Object convert(@Nullable Object value, DataType type) {
    if (value == null || value instanceof Boolean || value instanceof String) {
      return value;
    }
    if (type instanceof ArrayType array && value instanceof List<?> elements) {
      List<@Nullable Object> converted = new ArrayList<>(elements.size());
      for (Object element : elements) {
        converted.add(convert(element, array.element()));
      }
      return converted;
    }
    if (type instanceof StructType struct && value instanceof List<?> fields) {
      Map<String, @Nullable Object> converted = new LinkedHashMap<>();
      for (int i = 0; i < fields.size(); i++) {
        put(converted, struct.field(i), fields.get(i));
      }
      return converted;
    }
    if (type instanceof MapType map && value instanceof List<?> entries) {
      Map<String, @Nullable Object> converted = new LinkedHashMap<>();
      for (Object each : entries) {
        Map.Entry<?, ?> entry = (Map.Entry<?, ?>) each;
        converted.put(texts.of(entry.getKey(), map.key()), convert(entry.getValue(), map.value()));
      }
      return converted;
    }
    if (value instanceof byte[] bytes) {
      return Base64.getEncoder().encodeToString(bytes);
    }
    if (type == AtomicType.TIMESTAMP || type == AtomicType.TIMESTAMP_NTZ) {
      return time((Long) value, type);
    }
    if (type == AtomicType.DATE || !isNumber(type)) {
      return texts.scalar(value, type);
    }
    return value;
  }

  private static boolean isNumber(DataType type) {
    return switch (type.physical()) {
      case INT, LONG, FLOAT, DOUBLE, DECIMAL128 ->
          type instanceof AtomicType || type instanceof DecimalType;
      default -> false;
    };
  }

  private String time(long micros, DataType type) {
    long millis = Math.floorDiv(micros, 1000L);
    ZoneId in = type == AtomicType.TIMESTAMP ? zone : ZoneOffset.UTC;
    ZonedDateTime time = Instant.ofEpochMilli(millis).atZone(in);
    String local =
        DateTimes.formatTimestampNtz(
                Math.floorDiv(micros, 1_000_000L) * 1_000_000L
                    + time.getOffset().getTotalSeconds() * 1_000_000L)
            .replace(' ', 'T');
    String fraction = String.valueOf(1000 + Math.floorMod(millis, 1000L)).substring(1);
    return local + "." + fraction + (type == AtomicType.TIMESTAMP ? time.getOffset().getId() : "");
  }
}
