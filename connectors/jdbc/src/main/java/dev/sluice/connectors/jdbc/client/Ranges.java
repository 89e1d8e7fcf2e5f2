package dev.sluice.connectors.jdbc.client;

import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.time.DateTimes;
import dev.sluice.operators.time.ZoneShift;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/**
 * The conditions that split a table for parallel reading, as Spark makes them: equal strides
 * between the bounds; the first range has what lies below and nulls too, the last what lies above.
 */
final class Ranges {
  private Ranges() {}

  /** One condition a split; a single empty one without {@code partitionColumn}. */
  static List<String> of(Options options, Schema schema, Dialect dialect) {
    if (!options.isGiven("partitionColumn")) {
      return List.of("");
    }
    String wanted = options.text("partitionColumn");
    Field column =
        schema.fields().stream()
            .filter(field -> field.name().equalsIgnoreCase(wanted))
            .findFirst()
            .orElseThrow(
                () ->
                    new PipelineException(
                        "unknown-column",
                        "unknown partition column '"
                            + wanted
                            + "'; "
                            + Names.suggestion(
                                wanted, schema.fields().stream().map(Field::name).toList())));
    long lower = bound(options.text("lowerBound"), column);
    long upper = bound(options.text("upperBound"), column);
    if (lower > upper) {
      throw new PipelineException(
          "invalid-option-value", "'lowerBound' is greater than 'upperBound'; exchange them");
    }
    long count = Math.min(options.number("numPartitions"), Math.max(1, upper - lower));
    if (count <= 1) {
      return List.of("");
    }
    return conditions(dialect.quote(column.name()), column.type(), lower, upper, count);
  }

  private static List<String> conditions(
      String name, DataType type, long lower, long upper, long count) {
    BigDecimal parts = BigDecimal.valueOf(count);
    BigDecimal strideExact =
        BigDecimal.valueOf(upper)
            .divide(parts, 18, RoundingMode.HALF_EVEN)
            .subtract(BigDecimal.valueOf(lower).divide(parts, 18, RoundingMode.HALF_EVEN));
    long stride = Math.max(1, strideExact.longValue());
    // What rounding lost is shared by the two outer ranges.
    long lost =
        strideExact
            .subtract(BigDecimal.valueOf(stride))
            .multiply(parts)
            .divide(BigDecimal.valueOf(2), RoundingMode.HALF_EVEN)
            .longValue();
    long at = lower + Math.max(0, lost);
    List<String> conditions = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      String from = i == 0 ? "" : name + " >= " + literal(type, at);
      at += stride;
      String to = i == count - 1 ? "" : name + " < " + literal(type, at);
      conditions.add(
          from.isEmpty()
              ? "(" + to + " OR " + name + " IS NULL)"
              : to.isEmpty() ? from : from + " AND " + to);
    }
    return conditions;
  }

  private static long bound(String text, Field column) {
    byte[] bytes = text.trim().getBytes(StandardCharsets.UTF_8);
    DataType type = column.type();
    long value = Long.MIN_VALUE;
    if (type == AtomicType.DATE) {
      int days = DateTimes.parseDate(bytes, 0, bytes.length);
      value = days == DateTimes.INVALID_DATE ? Long.MIN_VALUE : days;
    } else if (type == AtomicType.TIMESTAMP || type == AtomicType.TIMESTAMP_NTZ) {
      long micros =
          DateTimes.parseTimestamp(
              bytes, 0, bytes.length, ZoneShift.of(ZoneOffset.UTC), DateTimes.INVALID);
      value = micros == DateTimes.INVALID ? Long.MIN_VALUE : micros;
    } else if (isNumber(type)) {
      try {
        value = Long.parseLong(text.trim());
      } catch (NumberFormatException e) {
        value = Long.MIN_VALUE;
      }
    } else {
      throw new PipelineException(
          "invalid-option-value",
          "'partitionColumn' must be a column of numbers, dates or timestamps; '"
              + column.name()
              + "' is "
              + type.sql());
    }
    if (value == Long.MIN_VALUE) {
      throw new PipelineException(
          "invalid-option-value",
          "the bound '"
              + text
              + "' is no "
              + type.sql()
              + " as the column '"
              + column.name()
              + "'");
    }
    return value;
  }

  private static boolean isNumber(DataType type) {
    return type == AtomicType.TINYINT
        || type == AtomicType.SMALLINT
        || type == AtomicType.INT
        || type == AtomicType.BIGINT
        || type == AtomicType.FLOAT
        || type == AtomicType.DOUBLE
        || type instanceof DecimalType;
  }

  private static String literal(DataType type, long value) {
    if (type == AtomicType.DATE) {
      return "'" + LocalDate.ofEpochDay(value) + "'";
    }
    if (type == AtomicType.TIMESTAMP || type == AtomicType.TIMESTAMP_NTZ) {
      Instant instant =
          Instant.ofEpochSecond(
              Math.floorDiv(value, 1_000_000L), Math.floorMod(value, 1_000_000L) * 1000);
      return "'"
          + LocalDateTime.ofInstant(instant, ZoneOffset.UTC).toString().replace('T', ' ')
          + "'";
    }
    return Long.toString(value);
  }
}
