package dev.sluice.connectors.file;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.diagnostics.PipelineException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The texts of partition folders as values: which type they seem to have, and what they mean. */
final class PartitionValues {
  private PartitionValues() {}

  /** The type of one text, by Spark's rules; null stands for any type. */
  static DataType infer(@Nullable String text) {
    if (text == null) {
      return AtomicType.NULL;
    }
    if (isInteger(text)) {
      BigDecimal number = new BigDecimal(text);
      if (number.precision() <= 19) {
        try {
          long value = number.longValueExact();
          return value == (int) value ? AtomicType.INT : AtomicType.BIGINT;
        } catch (ArithmeticException e) {
          return new DecimalType(number.precision(), 0);
        }
      }
      return number.precision() <= DecimalType.MAX_PRECISION
          ? new DecimalType(number.precision(), 0)
          : AtomicType.DOUBLE;
    }
    if (isDouble(text)) {
      return AtomicType.DOUBLE;
    }
    if (date(text) != null) {
      return AtomicType.DATE;
    }
    return text.length() >= 19 && text.charAt(10) == ' ' && timestamp(text, ZoneOffset.UTC) != null
        ? AtomicType.TIMESTAMP
        : AtomicType.STRING;
  }

  private static boolean isInteger(String text) {
    int start = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
    for (int i = start; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return text.length() > start;
  }

  private static boolean isDouble(String text) {
    try {
      Double.parseDouble(text);
      return true;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /** The type that holds the values of both. */
  static DataType widen(DataType a, DataType b) {
    if (a.equals(b) || b == AtomicType.NULL) {
      return a;
    }
    if (a == AtomicType.NULL) {
      return b;
    }
    if (isPair(a, b, AtomicType.INT, AtomicType.BIGINT)) {
      return AtomicType.BIGINT;
    }
    if (isPair(a, b, AtomicType.INT, AtomicType.DOUBLE)) {
      return AtomicType.DOUBLE;
    }
    if (isPair(a, b, AtomicType.DATE, AtomicType.TIMESTAMP)) {
      return AtomicType.TIMESTAMP;
    }
    int digits = Math.max(integerDigits(a), integerDigits(b));
    return integerDigits(a) > 0 && integerDigits(b) > 0
        ? new DecimalType(digits, 0)
        : AtomicType.STRING;
  }

  private static boolean isPair(DataType a, DataType b, DataType one, DataType other) {
    return a == one && b == other || a == other && b == one;
  }

  private static int integerDigits(DataType type) {
    if (type instanceof DecimalType decimal) {
      return decimal.precision();
    }
    return type == AtomicType.INT ? 10 : type == AtomicType.BIGINT ? 20 : 0;
  }

  /** The text as a value of the type, in the form of {@code Column.value}. */
  static @Nullable Object convert(
      @Nullable String text, DataType type, String column, ZoneId zone) {
    if (text == null) {
      return null;
    }
    Object value;
    try {
      value = convert(text, type, zone);
    } catch (NumberFormatException | ArithmeticException e) {
      value = null;
    }
    if (value == null) {
      throw new PipelineException(
          "INVALID_PARTITION_VALUE",
          "the folder '"
              + column
              + "="
              + text
              + "' is not a value of type "
              + type.sql()
              + " for the partition column '"
              + column
              + "'; declare the column as string, or move the folder away");
    }
    return value;
  }

  private static @Nullable Object convert(String text, DataType type, ZoneId zone) {
    if (type instanceof DecimalType decimal) {
      BigDecimal value =
          new BigDecimal(text.trim()).setScale(decimal.scale(), RoundingMode.HALF_UP);
      return value.precision() <= decimal.precision() ? value : null;
    }
    if (!(type instanceof AtomicType atomic)) {
      return null;
    }
    return switch (atomic) {
      case STRING -> text;
      case BINARY -> text.getBytes(StandardCharsets.UTF_8);
      case BOOLEAN -> bool(text.trim().toLowerCase(Locale.ROOT));
      case TINYINT -> (int) Byte.parseByte(text.trim());
      case SMALLINT -> (int) Short.parseShort(text.trim());
      case INT -> Integer.parseInt(text.trim());
      case BIGINT -> Long.parseLong(text.trim());
      case FLOAT -> Float.parseFloat(text.trim());
      case DOUBLE -> Double.parseDouble(text.trim());
      case DATE -> {
        LocalDate date = date(text.trim());
        yield date == null ? null : (Object) (int) date.toEpochDay();
      }
      case TIMESTAMP -> timestamp(text.trim(), zone);
      case TIMESTAMP_NTZ -> timestamp(text.trim(), ZoneOffset.UTC);
      case NULL, CALENDAR_INTERVAL, VARIANT -> null;
    };
  }

  private static @Nullable Boolean bool(String text) {
    return switch (text) {
      case "true", "t", "yes", "y", "1" -> true;
      case "false", "f", "no", "n", "0" -> false;
      default -> null;
    };
  }

  private static @Nullable LocalDate date(String text) {
    if (text.length() != 10 || text.charAt(4) != '-') {
      return null;
    }
    try {
      return LocalDate.parse(text);
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  private static @Nullable Long timestamp(String text, ZoneId zone) {
    try {
      LocalDateTime local =
          text.length() == 10
              ? LocalDate.parse(text).atStartOfDay()
              : LocalDateTime.parse(text.replace(' ', 'T'));
      return ChronoUnit.MICROS.between(Instant.EPOCH, local.atZone(zone).toInstant());
    } catch (DateTimeParseException e) {
      return null;
    }
  }
}
