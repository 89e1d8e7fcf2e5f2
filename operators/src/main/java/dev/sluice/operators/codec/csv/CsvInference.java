package dev.sluice.operators.codec.csv;

import dev.sluice.operators.codec.LocalDecimals;
import dev.sluice.operators.codec.TextValues;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.text.DecimalFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the columns of CSV by looking at records, as Spark's {@code inferSchema} does: each field
 * widens its column's type, from int over bigint, decimal, double, date, timestamp and boolean to
 * string.
 */
public final class CsvInference {
  private final CsvReadOptions options;
  private final TextValues values;
  private final @Nullable DecimalFormat localDecimals;
  private final boolean preferDate;
  private final List<String> names;
  private final DataType[] types;

  /** {@code names} are those of the columns, see {@link #names}. */
  public CsvInference(List<String> names, CsvReadOptions options, boolean preferDate) {
    this.names = names;
    this.options = options;
    this.preferDate = preferDate;
    this.values = new TextValues(options.timeFormats());
    this.localDecimals = LocalDecimals.of(options.locale());
    this.types = new DataType[names.size()];
    Arrays.fill(types, AtomicType.NULL);
  }

  /**
   * The column names of a header: of names that repeat (case ignored) each gets its index, an empty
   * one is {@code _c} and its index. Without header, all are.
   */
  public static List<String> names(List<@Nullable String> first, CsvReadOptions options) {
    Map<String, Integer> counts = new HashMap<>();
    for (String name : first) {
      if (name != null) {
        counts.merge(name.toLowerCase(Locale.ROOT), 1, Integer::sum);
      }
    }
    List<String> names = new ArrayList<>();
    for (int i = 0; i < first.size(); i++) {
      String name = first.get(i);
      if (!options.header() || name == null || name.isEmpty() || name.equals(options.nullValue())) {
        names.add("_c" + i);
      } else if (counts.getOrDefault(name.toLowerCase(Locale.ROOT), 0) > 1) {
        names.add(name + i);
      } else {
        names.add(name);
      }
    }
    return names;
  }

  /** Takes one record into account. */
  public void add(List<@Nullable String> record) {
    int count = Math.min(record.size(), types.length);
    for (int i = 0; i < count; i++) {
      String field = record.get(i);
      if (field != null && !field.isEmpty() && !field.equals(options.nullValue())) {
        types[i] = widened(types[i], field);
      }
    }
  }

  /** What was found; a column without any value is a string. */
  public Schema schema() {
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < types.length; i++) {
      DataType type = types[i] == AtomicType.NULL ? AtomicType.STRING : types[i];
      fields.add(new Field(names.get(i), type));
    }
    return new Schema(fields);
  }

  private DataType widened(DataType sofar, String field) {
    if (sofar == AtomicType.STRING) {
      return sofar;
    }
    return compatible(sofar, typeOf(field, rank(sofar)));
  }

  private static int rank(DataType type) {
    if (type instanceof DecimalType) {
      return 2;
    }
    if (!(type instanceof AtomicType atomic)) {
      return 0;
    }
    return switch (atomic) {
      case BIGINT -> 1;
      case DOUBLE -> 3;
      case DATE -> 4;
      case TIMESTAMP -> 5;
      case BOOLEAN -> 6;
      default -> 0;
    };
  }

  /** The first type from the given rank on that the field reads as. */
  private DataType typeOf(String field, int rank) {
    byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
    if (rank <= 0) {
      values.numbers.integer(bytes, 0, bytes.length, Integer.MIN_VALUE, Integer.MAX_VALUE);
      if (!values.numbers.failed) {
        return AtomicType.INT;
      }
    }
    if (rank <= 1) {
      values.numbers.integer(bytes, 0, bytes.length, Long.MIN_VALUE, Long.MAX_VALUE);
      if (!values.numbers.failed) {
        return AtomicType.BIGINT;
      }
    }
    if (rank <= 2) {
      DataType decimal = decimal(field);
      if (decimal != null) {
        return decimal;
      }
    }
    if (rank <= 3 && isDouble(field, bytes)) {
      return AtomicType.DOUBLE;
    }
    if (rank <= 4 && preferDate && mayBeDate(field)) {
      values.date(bytes, 0, bytes.length);
      if (!values.failed()) {
        return AtomicType.DATE;
      }
    }
    if (rank <= 5) {
      values.timestampNtz(bytes, 0, bytes.length);
      if (!values.failed()) {
        return AtomicType.TIMESTAMP;
      }
      values.timestamp(bytes, 0, bytes.length);
      if (!values.failed()) {
        return AtomicType.TIMESTAMP;
      }
    }
    boolean isBoolean = field.equalsIgnoreCase("true") || field.equalsIgnoreCase("false");
    return isBoolean ? AtomicType.BOOLEAN : AtomicType.STRING;
  }

  /**
   * Without a pattern only {@code yyyy-MM-dd} is a date here; shorter and longer are timestamps.
   */
  private boolean mayBeDate(String field) {
    return options.timeFormats().date().isPresent()
        || (field.length() == 10 && field.charAt(4) == '-' && field.charAt(7) == '-');
  }

  /** Whole numbers too long for bigint. */
  private @Nullable DataType decimal(String field) {
    try {
      BigDecimal value =
          localDecimals == null
              ? new BigDecimal(field.replace(",", ""))
              : LocalDecimals.parse(field, localDecimals);
      if (value == null) {
        return null;
      }
      boolean whole = value.scale() == 0 && value.precision() <= DecimalType.MAX_PRECISION;
      return whole ? new DecimalType(value.precision(), 0) : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private boolean isDouble(String field, byte[] bytes) {
    values.numbers.doubleOf(bytes, 0, bytes.length);
    return !values.numbers.failed
        || field.equals(options.nanValue())
        || field.equals(options.positiveInf())
        || field.equals(options.negativeInf());
  }

  /** The type that holds values of both. */
  static DataType compatible(DataType one, DataType other) {
    if (one.equals(other) || other == AtomicType.NULL) {
      return one;
    }
    if (one == AtomicType.NULL) {
      return other;
    }
    int least = Math.min(rank(one), rank(other));
    int most = Math.max(rank(one), rank(other));
    if (one == AtomicType.STRING || other == AtomicType.STRING) {
      return AtomicType.STRING;
    }
    if (most <= 3) {
      if (most == 3) {
        return AtomicType.DOUBLE;
      }
      return most == 1 ? AtomicType.BIGINT : wider(decimalOf(one), decimalOf(other));
    }
    return least == 4 && most == 5 ? AtomicType.TIMESTAMP : AtomicType.STRING;
  }

  private static DecimalType decimalOf(DataType type) {
    if (type instanceof DecimalType decimal) {
      return decimal;
    }
    return new DecimalType(type == AtomicType.INT ? 10 : 20, 0);
  }

  private static DecimalType wider(DecimalType one, DecimalType other) {
    return one.precision() >= other.precision() ? one : other;
  }
}
