package dev.sluice.connectors.inline;

import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.time.DateTimes;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.ZoneId;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Rows as people list them, as columns. Strict: a value that its column cannot hold is a mistake,
 * told as an {@link IllegalArgumentException} with its row and column.
 */
final class InlineValues {
  private final ZoneId zone;

  InlineValues(ZoneId zone) {
    this.zone = zone;
  }

  /** Rows by column name, as {@code Json.parse} gives them; a column that is left out is null. */
  Batch batch(Schema schema, List<?> rows) {
    Mistakes mistakes = new Mistakes();
    List<Map<?, ?>> read = new ArrayList<>(rows.size());
    for (int i = 0; i < rows.size(); i++) {
      read.add(row(rows, i, mistakes));
      checkNames(schema, read.get(i), i, mistakes);
    }
    List<Column> columns = new ArrayList<>(schema.size());
    for (Field field : schema.fields()) {
      ColumnBuilder builder = ColumnBuilder.of(field.type(), rows.size());
      for (int i = 0; i < rows.size(); i++) {
        try {
          builder.appendValue(convert(find(read.get(i), field.name()), field.type()));
        } catch (IllegalArgumentException | ArithmeticException e) {
          mistakes.add("row " + (i + 1) + ", column '" + field.name() + "': " + e.getMessage());
          builder.appendValue(null);
        }
      }
      columns.add(builder.build());
    }
    mistakes.throwIfAny();
    return new Batch(schema, columns, rows.size());
  }

  private static Map<?, ?> row(List<?> rows, int index, Mistakes mistakes) {
    if (rows.get(index) instanceof Map<?, ?> row) {
      return row;
    }
    mistakes.add("row " + (index + 1) + " is not of the form {column: value}: " + rows.get(index));
    return Map.of();
  }

  private static void checkNames(Schema schema, Map<?, ?> row, int index, Mistakes mistakes) {
    for (Object name : row.keySet()) {
      if (schema.indexesOf(String.valueOf(name)).isEmpty()) {
        mistakes.add(
            "row "
                + (index + 1)
                + " names the column '"
                + name
                + "', which the schema does not have; "
                + Names.suggestion(String.valueOf(name), schema.names()));
      }
    }
  }

  /** What is wrong with the rows; each is told by itself, and all at once. */
  static final class Mistakes extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    // A list that is wrong throughout need not be told throughout.
    private static final int TOLD = 20;

    private final ArrayList<String> all = new ArrayList<>();
    private int more;

    void add(String mistake) {
      if (all.size() < TOLD) {
        all.add(mistake);
      } else {
        more++;
      }
    }

    /** Those of a part, each behind where that part stands. */
    void addAll(String where, Mistakes part) {
      part.all.forEach(one -> add(where + one));
      more += part.more;
    }

    /** Those that are told, and how many are not. */
    List<String> all() {
      if (more == 0) {
        return all;
      }
      List<String> told = new ArrayList<>(all);
      told.add("and " + more + " more like these");
      return told;
    }

    void throwIfAny() {
      if (!all.isEmpty()) {
        throw this;
      }
    }

    @Override
    public String getMessage() {
      return String.join("; ", all());
    }
  }

  private static @Nullable Object find(Map<?, ?> row, String name) {
    if (row.containsKey(name)) {
      return row.get(name);
    }
    for (Map.Entry<?, ?> entry : row.entrySet()) {
      if (String.valueOf(entry.getKey()).equalsIgnoreCase(name)) {
        return entry.getValue();
      }
    }
    return null;
  }

  /** In the form of {@link Column#value}. */
  private @Nullable Object convert(@Nullable Object value, DataType type) {
    if (value == null) {
      return null;
    }
    if (type instanceof AtomicType atomic) {
      return atomic(value, atomic);
    }
    if (type instanceof DecimalType decimal) {
      BigDecimal number = number(value).setScale(decimal.scale(), RoundingMode.HALF_UP);
      if (number.precision() > decimal.precision()) {
        throw mismatch(value, type);
      }
      return number;
    }
    if (type instanceof ArrayType array && value instanceof List<?> list) {
      List<@Nullable Object> elements = new ArrayList<>(list.size());
      for (Object element : list) {
        elements.add(convert(element, array.element()));
      }
      return elements;
    }
    if (type instanceof MapType map) {
      return entries(value, map);
    }
    if (type instanceof StructType struct && value instanceof Map<?, ?> fields) {
      List<@Nullable Object> values = new ArrayList<>(struct.size());
      for (int i = 0; i < struct.size(); i++) {
        Field field = struct.field(i);
        values.add(convert(find(fields, field.name()), field.type()));
      }
      return values;
    }
    throw mismatch(value, type);
  }

  /** A map is an object, or a list of pairs where its keys are no texts. */
  private List<Object> entries(Object value, MapType type) {
    List<Object> entries = new ArrayList<>();
    if (value instanceof Map<?, ?> map) {
      map.forEach((key, one) -> entries.add(entry(key, one, type)));
    } else if (value instanceof List<?> pairs) {
      for (Object pair : pairs) {
        if (!(pair instanceof List<?> both) || both.size() != 2) {
          throw mismatch(value, type);
        }
        entries.add(entry(both.get(0), both.get(1), type));
      }
    } else {
      throw mismatch(value, type);
    }
    return entries;
  }

  private Map.Entry<@Nullable Object, @Nullable Object> entry(
      @Nullable Object key, @Nullable Object value, MapType type) {
    return new SimpleImmutableEntry<>(convert(key, type.key()), convert(value, type.value()));
  }

  private Object atomic(Object value, AtomicType type) {
    return switch (type) {
      case BOOLEAN -> bool(value, type);
      case TINYINT -> (int) whole(value, type, Byte.MIN_VALUE, Byte.MAX_VALUE);
      case SMALLINT -> (int) whole(value, type, Short.MIN_VALUE, Short.MAX_VALUE);
      case INT -> (int) whole(value, type, Integer.MIN_VALUE, Integer.MAX_VALUE);
      case BIGINT -> whole(value, type, Long.MIN_VALUE, Long.MAX_VALUE);
      case FLOAT -> (float) real(value, type);
      case DOUBLE -> real(value, type);
      case STRING -> text(value, type);
      case BINARY -> hex(text(value, type), type);
      case DATE -> date(text(value, type), type);
      case TIMESTAMP -> time(DateTimes.parseTimestamp(text(value, type), zone), value, type);
      case TIMESTAMP_NTZ -> time(DateTimes.parseTimestampNtz(text(value, type)), value, type);
      case NULL, CALENDAR_INTERVAL, VARIANT -> throw mismatch(value, type);
    };
  }

  private static Object bool(Object value, AtomicType type) {
    return switch (value.toString()) {
      case "true", "True", "TRUE" -> true;
      case "false", "False", "FALSE" -> false;
      default -> throw mismatch(value, type);
    };
  }

  private static BigDecimal number(Object value) {
    if (value instanceof BigInteger whole) {
      return new BigDecimal(whole);
    }
    return new BigDecimal(value.toString().trim());
  }

  private static long whole(Object value, AtomicType type, long min, long max) {
    long number;
    try {
      number = number(value).longValueExact();
    } catch (NumberFormatException | ArithmeticException e) {
      throw mismatch(value, type);
    }
    if (number < min || number > max) {
      throw mismatch(value, type);
    }
    return number;
  }

  private static double real(Object value, AtomicType type) {
    String text = value.toString().trim();
    switch (text) {
      case ".nan", ".NaN", ".NAN":
        return Double.NaN;
      case ".inf", ".Inf", ".INF":
        return Double.POSITIVE_INFINITY;
      case "-.inf", "-.Inf", "-.INF":
        return Double.NEGATIVE_INFINITY;
      default:
    }
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw mismatch(value, type);
    }
  }

  private static String text(Object value, DataType type) {
    if (value instanceof Map || value instanceof List) {
      throw mismatch(value, type);
    }
    return value.toString();
  }

  private static byte[] hex(String text, AtomicType type) {
    byte[] bytes = new byte[text.length() / 2];
    for (int i = 0; i < bytes.length; i++) {
      int high = Character.digit(text.charAt(2 * i), 16);
      int low = Character.digit(text.charAt(2 * i + 1), 16);
      if (high < 0 || low < 0) {
        throw mismatch(text, type);
      }
      bytes[i] = (byte) (high << 4 | low);
    }
    if (text.length() % 2 != 0) {
      throw mismatch(text, type);
    }
    return bytes;
  }

  private static int date(String text, AtomicType type) {
    int days = DateTimes.parseDate(text);
    if (days == DateTimes.INVALID_DATE) {
      throw mismatch(text, type);
    }
    return days;
  }

  private static long time(long micros, Object value, AtomicType type) {
    if (micros == DateTimes.INVALID) {
      throw mismatch(value, type);
    }
    return micros;
  }

  private static IllegalArgumentException mismatch(Object value, DataType type) {
    String text = value.toString();
    return new IllegalArgumentException(
        "'"
            + Optional.of(text)
                .filter(t -> t.length() <= 60)
                .orElseGet(() -> text.substring(0, 57) + "...")
            + "' is no "
            + type.sql());
  }
}
