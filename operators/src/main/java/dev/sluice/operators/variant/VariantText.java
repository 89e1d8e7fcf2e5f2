package dev.sluice.operators.variant;

import dev.sluice.operators.json.Json;
import dev.sluice.operators.time.DateTimes;
import dev.sluice.operators.time.ZoneShift;
import java.time.ZoneId;
import java.util.Base64;

/** Variants as JSON text without blanks, as Spark's {@code to_json} puts them. */
public final class VariantText {
  private static final long MICROS_PER_SECOND = 1_000_000L;

  private VariantText() {}

  /** The JSON of a value; timestamps stand on the wall clock of the zone, with its offset. */
  public static String json(Variant variant, ZoneId zone) {
    StringBuilder out = new StringBuilder();
    append(variant, zone, out);
    return out.toString();
  }

  private static void append(Variant variant, ZoneId zone, StringBuilder out) {
    switch (variant.kind()) {
      case NULL -> out.append("null");
      case BOOLEAN -> out.append(variant.booleanValue());
      case LONG -> out.append(variant.longValue());
      case FLOAT -> number(variant.floatValue(), Float.toString(variant.floatValue()), out);
      case DOUBLE -> number(variant.doubleValue(), Double.toString(variant.doubleValue()), out);
      case DECIMAL -> out.append(variant.decimal().toPlainString());
      case STRING -> Json.quote(variant.string(), out);
      case BINARY -> quoted(Base64.getEncoder().encodeToString(variant.bytes()), out);
      case DATE -> quoted(DateTimes.formatDate((int) variant.longValue()), out);
      case TIMESTAMP -> quoted(timestamp(variant.longValue(), zone), out);
      case TIMESTAMP_NTZ -> quoted(DateTimes.formatTimestampNtz(variant.longValue()), out);
      case OBJECT -> {
        for (int i = 0; i < variant.size(); i++) {
          out.append(i == 0 ? '{' : ',');
          Json.quote(variant.name(i), out);
          out.append(':');
          append(variant.item(i), zone, out);
        }
        out.append(variant.size() == 0 ? "{}" : "}");
      }
      case ARRAY -> {
        out.append('[');
        for (int i = 0; i < variant.size(); i++) {
          out.append(i == 0 ? "" : ",");
          append(variant.item(i), zone, out);
        }
        out.append(']');
      }
    }
  }

  private static void quoted(String plain, StringBuilder out) {
    out.append('"').append(plain).append('"');
  }

  private static void number(double value, String text, StringBuilder out) {
    if (Double.isFinite(value)) {
      out.append(text);
    } else {
      quoted(text, out);
    }
  }

  private static String timestamp(long micros, ZoneId zone) {
    long minutes = (ZoneShift.of(zone).toLocal(micros) - micros) / (60 * MICROS_PER_SECOND);
    long distance = Math.abs(minutes);
    return DateTimes.formatTimestamp(micros, zone)
        + String.format("%s%02d:%02d", minutes < 0 ? "-" : "+", distance / 60, distance % 60);
  }
}
