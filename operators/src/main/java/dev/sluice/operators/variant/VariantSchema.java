package dev.sluice.operators.variant;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.json.Json;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@code schema_of_variant} says of values: the type of a scalar, of an array, or of an object
 * with the types of its fields in the order of their names. Immutable.
 *
 * @param plain the type of scalars, VARIANT where values have no type in common; null for arrays
 *     and objects
 * @param element of an array, else null
 * @param fields of an object, else null
 */
public record VariantSchema(
    @Nullable DataType plain,
    @Nullable VariantSchema element,
    @Nullable Map<String, VariantSchema> fields) {
  /** Of nothing: the null of a variant, and no value at all. */
  public static final VariantSchema NONE = plain(AtomicType.NULL);

  private static final VariantSchema ANY = plain(AtomicType.VARIANT);

  private static VariantSchema plain(DataType type) {
    return new VariantSchema(type, null, null);
  }

  public static VariantSchema of(Variant variant) {
    return switch (variant.kind()) {
      case NULL -> NONE;
      case BOOLEAN -> plain(AtomicType.BOOLEAN);
      case LONG -> plain(AtomicType.BIGINT);
      case FLOAT -> plain(AtomicType.FLOAT);
      case DOUBLE -> plain(AtomicType.DOUBLE);
      case STRING -> plain(AtomicType.STRING);
      case BINARY -> plain(AtomicType.BINARY);
      case DATE -> plain(AtomicType.DATE);
      case TIMESTAMP -> plain(AtomicType.TIMESTAMP);
      case TIMESTAMP_NTZ -> plain(AtomicType.TIMESTAMP_NTZ);
      case DECIMAL -> {
        BigDecimal value = variant.decimal();
        yield plain(new DecimalType(Math.max(value.precision(), value.scale()), value.scale()));
      }
      case ARRAY -> {
        VariantSchema element = NONE;
        for (int i = 0; i < variant.size(); i++) {
          element = element.with(of(variant.item(i)));
        }
        yield new VariantSchema(null, element, null);
      }
      case OBJECT -> {
        Map<String, VariantSchema> fields = new TreeMap<>();
        for (int i = 0; i < variant.size(); i++) {
          fields.put(variant.name(i), of(variant.item(i)));
        }
        yield new VariantSchema(null, null, fields);
      }
    };
  }

  /** What both have in common. */
  public VariantSchema with(VariantSchema other) {
    if (equals(NONE) || equals(other)) {
      return other;
    }
    if (other.equals(NONE)) {
      return this;
    }
    if (plain != null && other.plain != null) {
      return plain(common(plain, other.plain));
    }
    if (element != null && other.element != null) {
      return new VariantSchema(null, element.with(other.element), null);
    }
    if (fields != null && other.fields != null) {
      Map<String, VariantSchema> all = new TreeMap<>(fields);
      other.fields.forEach((name, type) -> all.merge(name, type, VariantSchema::with));
      return new VariantSchema(null, null, all);
    }
    return ANY;
  }

  private static DataType common(DataType a, DataType b) {
    DecimalType x = decimal(a);
    DecimalType y = decimal(b);
    if (isFloating(a) && (isFloating(b) || y != null) || isFloating(b) && x != null) {
      return AtomicType.DOUBLE;
    }
    if (isTime(a) && isTime(b)) {
      return a == AtomicType.DATE ? b : b == AtomicType.DATE ? a : AtomicType.TIMESTAMP;
    }
    if (x == null || y == null) {
      return AtomicType.VARIANT;
    }
    int scale = Math.max(x.scale(), y.scale());
    int whole = Math.max(x.precision() - x.scale(), y.precision() - y.scale());
    return whole + scale > DecimalType.MAX_PRECISION
        ? AtomicType.DOUBLE
        : new DecimalType(whole + scale, scale);
  }

  private static boolean isTime(DataType type) {
    return type == AtomicType.DATE
        || type == AtomicType.TIMESTAMP
        || type == AtomicType.TIMESTAMP_NTZ;
  }

  private static boolean isFloating(DataType type) {
    return type == AtomicType.DOUBLE || type == AtomicType.FLOAT;
  }

  private static @Nullable DecimalType decimal(DataType type) {
    return type == AtomicType.BIGINT
        ? new DecimalType(20, 0)
        : type instanceof DecimalType decimal ? decimal : null;
  }

  /** For a state: {@link #read} understands it. */
  public String write() {
    return Json.write(written());
  }

  private Object written() {
    if (element != null) {
      return List.of(element.written());
    }
    if (fields == null) {
      return String.valueOf(plain);
    }
    Map<String, @Nullable Object> written = new LinkedHashMap<>();
    fields.forEach((name, type) -> written.put(name, type.written()));
    return written;
  }

  /** What {@link #write} wrote. */
  public static VariantSchema read(String written) {
    return read(Json.parse(written));
  }

  private static VariantSchema read(@Nullable Object written) {
    if (written instanceof List<?> list) {
      return new VariantSchema(null, read(list.get(0)), null);
    }
    if (written instanceof Map<?, ?> map) {
      Map<String, VariantSchema> fields = new TreeMap<>();
      map.forEach((name, type) -> fields.put((String) name, read(type)));
      return new VariantSchema(null, null, fields);
    }
    String name = String.valueOf(written);
    if (name.startsWith("decimal(")) {
      int comma = name.indexOf(',');
      return plain(
          new DecimalType(
              Integer.parseInt(name.substring(8, comma)),
              Integer.parseInt(name.substring(comma + 1, name.length() - 1))));
    }
    for (AtomicType type : AtomicType.values()) {
      if (type.catalogString().equals(name)) {
        return plain(type);
      }
    }
    throw new IllegalArgumentException("unknown type " + name);
  }

  /** As Spark writes it: {@code ARRAY<OBJECT<a: BIGINT>>}. */
  public String sql() {
    if (element != null) {
      return "ARRAY<" + element.sql() + ">";
    }
    if (fields == null) {
      return plain == null ? "" : plain.sql();
    }
    StringBuilder out = new StringBuilder("OBJECT<");
    fields.forEach(
        (name, type) ->
            out.append(out.length() > 7 ? ", " : "")
                .append(StructType.quoteIfNeeded(name))
                .append(": ")
                .append(type.sql()));
    return out.append('>').toString();
  }
}
