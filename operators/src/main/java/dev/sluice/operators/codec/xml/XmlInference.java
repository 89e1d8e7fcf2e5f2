package dev.sluice.operators.codec.xml;

import dev.sluice.operators.codec.TextValues;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.StructType;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.stream.XMLStreamException;
import org.jspecify.annotations.Nullable;

/**
 * Finds the type of an XML text, as Spark's inference does: attributes and children are fields,
 * sorted by name; children that repeat are arrays; a text is bigint, double, boolean, date,
 * timestamp or string.
 */
public final class XmlInference {
  private final XmlReadOptions options;
  private final TextValues values;

  public XmlInference(XmlReadOptions options) {
    this.options = options;
    this.values = new TextValues(options.timeFormats());
  }

  /** The type of the first element of a text; null if it is no XML. */
  public @Nullable DataType typeOf(String text) {
    try {
      XmlElement root = XmlElement.parse(text, options.ignoresNamespaces());
      DataType found = ofElement(root);
      return settled(found instanceof StructType ? found : ofFields(root));
    } catch (XMLStreamException e) {
      return null;
    }
  }

  private DataType ofElement(XmlElement element) {
    boolean attributes = !options.excludesAttributes() && !element.attributes().isEmpty();
    return attributes || element.hasElements() ? ofFields(element) : ofText(element.text());
  }

  private StructType ofFields(XmlElement element) {
    Map<String, List<DataType>> found = new TreeMap<>();
    if (!options.excludesAttributes()) {
      for (XmlElement.Attribute attribute : element.attributes()) {
        add(found, options.attributePrefix() + attribute.name(), ofText(attribute.value()));
      }
    }
    for (Object part : element.content()) {
      if (part instanceof XmlElement child) {
        add(found, child.name(), ofElement(child));
      } else if (!((String) part).isBlank()) {
        add(found, options.valueTag(), ofText((String) part));
      }
    }
    List<Field> fields = new ArrayList<>();
    found.forEach(
        (name, types) -> {
          DataType common = types.stream().reduce(this::compatible).orElse(AtomicType.NULL);
          fields.add(new Field(name, types.size() > 1 ? new ArrayType(common, true) : common));
        });
    return new StructType(fields);
  }

  private static void add(Map<String, List<DataType>> found, String name, DataType type) {
    found.computeIfAbsent(name, n -> new ArrayList<>()).add(type);
  }

  private DataType ofText(String given) {
    String text = options.trims() ? given.strip() : given;
    if (text.isEmpty() || text.equals(options.nullValue())) {
      return AtomicType.NULL;
    }
    if (!options.infersTypes()) {
      return AtomicType.STRING;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    values.numbers.failed = false;
    values.numbers.integer(bytes, 0, bytes.length, Long.MIN_VALUE, Long.MAX_VALUE);
    if (!values.numbers.failed) {
      return AtomicType.BIGINT;
    }
    DecimalType decimal = options.prefersDecimal() ? decimal(text) : null;
    if (decimal != null) {
      return decimal;
    }
    values.numbers.failed = false;
    values.numbers.doubleOf(bytes, 0, bytes.length);
    if (!values.numbers.failed && !text.endsWith("d") && !text.endsWith("f")) {
      return AtomicType.DOUBLE;
    }
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.equals("true") || lower.equals("false")) {
      return AtomicType.BOOLEAN;
    }
    values.date(bytes, 0, bytes.length);
    if (!values.failed() && (options.timeFormats().date().isPresent() || text.length() == 10)) {
      return AtomicType.DATE;
    }
    values.timestamp(bytes, 0, bytes.length);
    return values.failed() ? AtomicType.STRING : AtomicType.TIMESTAMP;
  }

  private static @Nullable DecimalType decimal(String text) {
    try {
      BigDecimal value = new BigDecimal(text);
      int scale = Math.max(0, value.scale());
      int precision = Math.max(value.precision(), scale);
      return precision <= DecimalType.MAX_PRECISION ? new DecimalType(precision, scale) : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** The type that holds values of both. */
  private DataType compatible(DataType one, DataType other) {
    if (one.equals(other) || other == AtomicType.NULL) {
      return one;
    }
    if (one == AtomicType.NULL) {
      return other;
    }
    if (one instanceof StructType left && other instanceof StructType right) {
      Map<String, DataType> merged = new TreeMap<>();
      left.fields().forEach(field -> merged.put(field.name(), field.type()));
      right.fields().forEach(field -> merged.merge(field.name(), field.type(), this::compatible));
      return new StructType(
          merged.entrySet().stream().map(e -> new Field(e.getKey(), e.getValue())).toList());
    }
    if (one instanceof ArrayType left && other instanceof ArrayType right) {
      return new ArrayType(compatible(left.element(), right.element()), true);
    }
    if (one instanceof ArrayType array) {
      return new ArrayType(compatible(array.element(), other), true);
    }
    if (other instanceof ArrayType array) {
      return new ArrayType(compatible(one, array.element()), true);
    }
    // An element that has attributes or children one time and is a mere text another time.
    if (one instanceof StructType struct && struct.indexOf(options.valueTag()) >= 0) {
      return withValue(struct, other);
    }
    if (other instanceof StructType struct && struct.indexOf(options.valueTag()) >= 0) {
      return withValue(struct, one);
    }
    if (numeric(one) && numeric(other)) {
      return AtomicType.DOUBLE;
    }
    boolean times =
        (one == AtomicType.DATE || one == AtomicType.TIMESTAMP)
            && (other == AtomicType.DATE || other == AtomicType.TIMESTAMP);
    return times ? AtomicType.TIMESTAMP : AtomicType.STRING;
  }

  private static boolean numeric(DataType type) {
    return type == AtomicType.BIGINT || type == AtomicType.DOUBLE || type instanceof DecimalType;
  }

  private StructType withValue(StructType struct, DataType type) {
    return new StructType(
        struct.fields().stream()
            .map(
                field ->
                    field.name().equals(options.valueTag())
                        ? new Field(field.name(), compatible(field.type(), type))
                        : field)
            .toList());
  }

  /** What had no value is a string. */
  private static DataType settled(DataType type) {
    if (type == AtomicType.NULL) {
      return AtomicType.STRING;
    }
    if (type instanceof ArrayType array) {
      return new ArrayType(settled(array.element()), true);
    }
    if (type instanceof StructType struct) {
      return new StructType(
          struct.fields().stream()
              .map(field -> new Field(field.name(), settled(field.type())))
              .toList());
    }
    return type;
  }
}
