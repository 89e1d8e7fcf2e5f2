package dev.sluice.operators.codec.json;

import dev.sluice.operators.codec.ParseMode;
import dev.sluice.operators.codec.TextValues;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the type of JSON by looking at values, as Spark's inference does: whole numbers are bigint,
 * others double, objects structs with their fields sorted by name; types that do not agree become
 * string.
 */
public final class JsonInference {
  /**
   * What inference is told.
   *
   * @param primitivesAsString numbers and booleans are strings
   * @param prefersDecimal numbers with a point are decimals where they fit
   * @param timestamps texts that read as timestamps are such
   * @param dropAllNull fields that are always null or empty are left out
   */
  public record Settings(
      boolean primitivesAsString, boolean prefersDecimal, boolean timestamps, boolean dropAllNull) {
    public static final Settings DEFAULT = new Settings(false, false, false, false);
  }

  private final JsonReadOptions options;
  private final Settings settings;
  private final JsonReader reader;
  private final TextValues values;
  private DataType found = AtomicType.NULL;
  private boolean malformed;

  public JsonInference(JsonReadOptions options, Settings settings) {
    this.options = options;
    this.settings = settings;
    this.reader = new JsonReader(options.syntax());
    this.values = new TextValues(options.timeFormats());
  }

  /** Takes one record into account: an object, or an array of them. */
  public void add(byte[] data, int start, int length) {
    DataType type = typeOf(data, start, length);
    if (type instanceof ArrayType array) {
      type = array.element();
    }
    if (type instanceof StructType || type == AtomicType.NULL) {
      found = compatible(found, type);
    } else {
      malformed = true;
    }
  }

  /** The type of one value, not yet made final; null if the text is no JSON. */
  private @Nullable DataType typeOf(byte[] data, int start, int length) {
    reader.open(data, start, start + length);
    try {
      return reader.peek() < 0 ? AtomicType.NULL : value(0);
    } catch (JsonMistake e) {
      return null;
    }
  }

  /** The type of one value of any kind; null if the text is no JSON. */
  public @Nullable DataType valueType(byte[] data, int start, int length) {
    DataType type = typeOf(data, start, length);
    return type == null ? null : settle(type);
  }

  /**
   * The columns found, with one for malformed records if there were any and the mode keeps them.
   */
  public Schema schema() {
    TreeMap<String, DataType> fields = new TreeMap<>();
    if (settle(found) instanceof StructType struct) {
      struct.fields().forEach(f -> fields.put(f.name(), f.type()));
    }
    if (malformed && options.mode() == ParseMode.PERMISSIVE) {
      fields.put(options.corruptColumn(), AtomicType.STRING);
    }
    return new Schema(struct(fields).fields());
  }

  private static StructType struct(Map<String, DataType> fields) {
    List<Field> list = new ArrayList<>();
    fields.forEach((name, type) -> list.add(new Field(name, type)));
    return new StructType(list);
  }

  private DataType value(int depth) {
    int first = reader.peek();
    if (first == '{') {
      TreeMap<String, DataType> fields = new TreeMap<>();
      reader.beginNested(depth);
      for (boolean more = reader.firstOf('}'); more; more = reader.nextOf('}')) {
        reader.name();
        String name = reader.textString();
        fields.put(name, value(depth + 1));
      }
      return struct(fields);
    }
    if (first == '[') {
      DataType element = AtomicType.NULL;
      reader.beginNested(depth);
      for (boolean more = reader.firstOf(']'); more; more = reader.nextOf(']')) {
        element = compatible(element, value(depth + 1));
      }
      return new ArrayType(element);
    }
    if (reader.isString(first)) {
      reader.string();
      return text();
    }
    switch (first) {
      case 't' -> reader.word("true");
      case 'f' -> reader.word("false");
      case 'n' -> {
        reader.word("null");
        return AtomicType.NULL;
      }
      case -1 -> throw reader.mistake("a value is missing");
      default -> {
        reader.number();
        return number();
      }
    }
    return settings.primitivesAsString() ? AtomicType.STRING : AtomicType.BOOLEAN;
  }

  private DataType text() {
    if (reader.textLength == 0) {
      return AtomicType.NULL;
    }
    if (settings.prefersDecimal()) {
      DataType decimal = decimal(reader.textString());
      if (decimal != null) {
        return decimal;
      }
    }
    if (settings.timestamps()) {
      values.timestamp(reader.text, reader.textStart, reader.textLength);
      if (!values.failed()) {
        return AtomicType.TIMESTAMP;
      }
    }
    return AtomicType.STRING;
  }

  private DataType number() {
    if (settings.primitivesAsString()) {
      return AtomicType.STRING;
    }
    if (reader.isNamed) {
      return AtomicType.DOUBLE;
    }
    if (reader.isWhole) {
      values.numbers.integer(
          reader.data, reader.numberStart, reader.numberLength, Long.MIN_VALUE, Long.MAX_VALUE);
      if (!values.numbers.failed) {
        return AtomicType.BIGINT;
      }
    }
    if (reader.isWhole || settings.prefersDecimal()) {
      DataType decimal =
          decimal(
              new String(
                  reader.data,
                  reader.numberStart,
                  reader.numberLength,
                  StandardCharsets.ISO_8859_1));
      if (decimal != null) {
        return decimal;
      }
    }
    return AtomicType.DOUBLE;
  }

  private static @Nullable DataType decimal(String text) {
    try {
      BigDecimal value = new BigDecimal(text);
      int precision = Math.max(value.precision(), value.scale());
      return precision <= DecimalType.MAX_PRECISION && value.scale() >= 0
          ? new DecimalType(precision, value.scale())
          : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** The type that holds values of both. */
  private static DataType compatible(DataType one, DataType other) {
    if (one.equals(other) || other == AtomicType.NULL) {
      return one;
    }
    if (one == AtomicType.NULL) {
      return other;
    }
    if (one instanceof StructType a && other instanceof StructType b) {
      TreeMap<String, DataType> fields = new TreeMap<>();
      a.fields().forEach(f -> fields.put(f.name(), f.type()));
      b.fields().forEach(f -> fields.merge(f.name(), f.type(), JsonInference::compatible));
      return struct(fields);
    }
    if (one instanceof ArrayType a && other instanceof ArrayType b) {
      return new ArrayType(compatible(a.element(), b.element()));
    }
    DecimalType first = decimalOf(one);
    DecimalType second = decimalOf(other);
    if (first != null && second != null) {
      int scale = Math.max(first.scale(), second.scale());
      int whole = Math.max(first.precision() - first.scale(), second.precision() - second.scale());
      return whole + scale > DecimalType.MAX_PRECISION
          ? AtomicType.DOUBLE
          : new DecimalType(whole + scale, scale);
    }
    boolean numbers =
        (one == AtomicType.DOUBLE || first != null)
            && (other == AtomicType.DOUBLE || second != null);
    return numbers ? AtomicType.DOUBLE : AtomicType.STRING;
  }

  private static @Nullable DecimalType decimalOf(DataType type) {
    if (type instanceof DecimalType decimal) {
      return decimal;
    }
    return type == AtomicType.BIGINT ? new DecimalType(20, 0) : null;
  }

  /** Without nulls and empty structs: what is always null becomes a string, or nothing. */
  private @Nullable DataType settle(DataType type) {
    if (type instanceof StructType struct) {
      List<Field> fields = new ArrayList<>();
      for (Field field : struct.fields()) {
        DataType settled = settle(field.type());
        if (settled != null) {
          fields.add(new Field(field.name(), settled));
        }
      }
      return fields.isEmpty() ? null : new StructType(fields);
    }
    if (type instanceof ArrayType array) {
      DataType element = settle(array.element());
      return element == null ? null : new ArrayType(element);
    }
    if (type == AtomicType.NULL) {
      return settings.dropAllNull() ? null : AtomicType.STRING;
    }
    return type;
  }
}
