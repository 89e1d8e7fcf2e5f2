package dev.sluice.operators.codec.xml;

import dev.sluice.operators.codec.TextValues;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.CollatedType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.StructType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.xml.stream.XMLStreamException;
import org.jspecify.annotations.Nullable;

/**
 * Rows from XML texts: the fields of a struct are the attributes and the children of an element by
 * name; a child that repeats is an array. Values have the form of {@link
 * dev.sluice.operators.data.Column#value}. Not thread-safe.
 */
public final class XmlDecoder {
  private static final Object NO_VALUE = new Object();

  private final StructType type;
  private final XmlReadOptions options;
  private final TextValues values;
  private @Nullable XmlVariants variants;
  private boolean bad;

  public XmlDecoder(StructType type, XmlReadOptions options) {
    this.type = type;
    this.options = options;
    this.values = new TextValues(options.timeFormats());
  }

  /**
   * What a text gave.
   *
   * @param values of the fields
   * @param malformed why the text is malformed, in words; the values are what could be read all the
   *     same. Null if it is well formed and every value has its type
   */
  public record Row(List<@Nullable Object> values, @Nullable String malformed) {}

  /** Reads the first element of a text, whatever its name. */
  public Row decode(String text) {
    bad = false;
    int corrupt = corruptField();
    XmlElement root;
    try {
      root = XmlElement.parse(text, options.ignoresNamespaces());
    } catch (XMLStreamException e) {
      @Nullable Object[] fields = new @Nullable Object[type.size()];
      if (corrupt >= 0) {
        fields[corrupt] = text;
      }
      return new Row(Arrays.asList(fields), "it is no XML");
    }
    int single = options.singleVariant() ? variantField() : -1;
    @Nullable Object[] fields = single < 0 ? struct(root, type) : new @Nullable Object[type.size()];
    if (single >= 0) {
      fields[single] = variants().value(root);
    }
    if (bad && corrupt >= 0) {
      fields[corrupt] = text;
    }
    return new Row(Arrays.asList(fields), bad ? "a value does not have its type" : null);
  }

  /** The first element of a text as a VARIANT; null if it is no XML. */
  public byte @Nullable [] variant(String text) {
    try {
      return variants().value(XmlElement.parse(text, options.ignoresNamespaces()));
    } catch (XMLStreamException e) {
      return null;
    }
  }

  private XmlVariants variants() {
    XmlVariants made = variants;
    if (made == null) {
      made = new XmlVariants(options);
      variants = made;
    }
    return made;
  }

  private int variantField() {
    for (int i = 0; i < type.size(); i++) {
      if (type.field(i).type() == AtomicType.VARIANT) {
        return i;
      }
    }
    return -1;
  }

  private int corruptField() {
    return type.indexOf(options.corruptColumn());
  }

  private @Nullable Object[] struct(XmlElement element, StructType struct) {
    @Nullable Object[] fields = new @Nullable Object[struct.size()];
    Map<Integer, List<@Nullable Object>> repeated = new LinkedHashMap<>();
    for (XmlElement.Attribute attribute : attributes(element)) {
      put(
          struct,
          options.attributePrefix() + attribute.name(),
          attribute.value(),
          fields,
          repeated);
    }
    int wildcard = struct.indexOf(options.wildcardColumn());
    for (Object part : element.content()) {
      if (part instanceof String text) {
        if (!text.isBlank()) {
          put(struct, options.valueTag(), text, fields, repeated);
        }
        continue;
      }
      XmlElement child = (XmlElement) part;
      int index = struct.indexOf(child.name());
      if (index >= 0) {
        DataType wanted = struct.field(index).type();
        if (wanted instanceof ArrayType array) {
          add(repeated, index, value(child, array.element()));
        } else {
          set(fields, index, value(child, wanted));
        }
      } else if (wildcard >= 0 && struct.field(wildcard).type() != AtomicType.VARIANT) {
        if (struct.field(wildcard).type() instanceof ArrayType) {
          add(repeated, wildcard, child.outer());
        } else {
          fields[wildcard] = child.outer();
        }
      }
    }
    repeated.forEach((index, elements) -> fields[index] = elements);
    return fields;
  }

  private static void set(@Nullable Object[] fields, int index, @Nullable Object value) {
    if (value != NO_VALUE) {
      fields[index] = value;
    }
  }

  private static void add(
      Map<Integer, List<@Nullable Object>> repeated, int index, @Nullable Object value) {
    if (value != NO_VALUE) {
      repeated.computeIfAbsent(index, i -> new ArrayList<>()).add(value);
    }
  }

  /** Puts a text, of an attribute or between elements, into the field of that name, if any. */
  private void put(
      StructType struct,
      String name,
      String text,
      @Nullable Object[] fields,
      Map<Integer, List<@Nullable Object>> repeated) {
    int index = struct.indexOf(name);
    if (index < 0) {
      return;
    }
    if (struct.field(index).type() instanceof ArrayType array) {
      add(repeated, index, scalar(text, array.element()));
    } else {
      set(fields, index, scalar(text, struct.field(index).type()));
    }
  }

  private List<XmlElement.Attribute> attributes(XmlElement element) {
    return options.excludesAttributes() ? List.of() : element.attributes();
  }

  private @Nullable Object value(XmlElement element, DataType wanted) {
    if (wanted instanceof StructType struct) {
      boolean nothing = element.content().isEmpty() && attributes(element).isEmpty();
      return nothing ? null : Arrays.asList(struct(element, struct));
    }
    if (wanted instanceof MapType map) {
      return entries(element, map);
    }
    if (wanted instanceof ArrayType array) {
      return value(element, array.element());
    }
    if (wanted == AtomicType.VARIANT) {
      return variants().value(element);
    }
    boolean text = wanted == AtomicType.STRING || wanted instanceof CollatedType;
    if (element.hasElements()) {
      if (text) {
        return element.inner();
      }
      bad = true;
      return NO_VALUE;
    }
    if (element.content().isEmpty()) {
      return text && !"".equals(options.nullValue()) ? "" : null;
    }
    return scalar(element.text(), wanted);
  }

  private List<Map.Entry<Object, @Nullable Object>> entries(XmlElement element, MapType map) {
    Map<Object, @Nullable Object> found = new LinkedHashMap<>();
    for (XmlElement.Attribute attribute : attributes(element)) {
      entry(
          found,
          options.attributePrefix() + attribute.name(),
          scalar(attribute.value(), map.value()));
    }
    for (Object part : element.content()) {
      if (part instanceof XmlElement child) {
        entry(found, child.name(), value(child, map.value()));
      } else if (!((String) part).isBlank()) {
        entry(found, options.valueTag(), scalar((String) part, map.value()));
      }
    }
    return new ArrayList<>(found.entrySet());
  }

  private static void entry(
      Map<Object, @Nullable Object> entries, String key, @Nullable Object value) {
    if (value != NO_VALUE) {
      entries.put(key, value);
    }
  }

  /** The value of a text, null for the null text, and a mistake if it has another type. */
  private @Nullable Object scalar(String given, DataType wanted) {
    if (wanted == AtomicType.VARIANT) {
      return variants().value(given);
    }
    String text = options.trims() ? given.strip() : given;
    if (text.equals(options.nullValue())) {
      return null;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    values.numbers.failed = false;
    Object value = parse(wanted, text, bytes);
    if (value == null) {
      bad = true;
      return NO_VALUE;
    }
    return value;
  }

  private @Nullable Object parse(DataType wanted, String text, byte[] bytes) {
    if (wanted instanceof CollatedType) {
      return text;
    }
    if (!(wanted instanceof AtomicType atomic)) {
      return wanted instanceof StructType
              || wanted instanceof MapType
              || wanted instanceof ArrayType
          ? null
          : values.other(wanted, bytes, 0, bytes.length);
    }
    return switch (atomic) {
      case STRING -> text;
      case BINARY -> bytes;
      case BOOLEAN ->
          switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> null;
          };
      case TINYINT -> integer(bytes, Byte.MIN_VALUE, Byte.MAX_VALUE);
      case SMALLINT -> integer(bytes, Short.MIN_VALUE, Short.MAX_VALUE);
      case INT -> integer(bytes, Integer.MIN_VALUE, Integer.MAX_VALUE);
      case BIGINT -> {
        long number =
            values.numbers.integer(bytes, 0, bytes.length, Long.MIN_VALUE, Long.MAX_VALUE);
        yield values.numbers.failed ? null : number;
      }
      case FLOAT -> {
        float number = values.numbers.floatOf(bytes, 0, bytes.length);
        yield values.numbers.failed ? null : number;
      }
      case DOUBLE -> {
        double number = values.numbers.doubleOf(bytes, 0, bytes.length);
        yield values.numbers.failed ? null : number;
      }
      case DATE -> {
        int days = values.date(bytes, 0, bytes.length);
        yield values.failed() ? null : days;
      }
      case TIMESTAMP -> {
        long micros = values.timestamp(bytes, 0, bytes.length);
        yield values.failed() ? null : micros;
      }
      case TIMESTAMP_NTZ -> {
        long micros = values.timestampNtz(bytes, 0, bytes.length);
        yield values.failed() ? null : micros;
      }
      case CALENDAR_INTERVAL -> values.other(atomic, bytes, 0, bytes.length);
      case NULL, VARIANT -> null;
    };
  }

  private @Nullable Object integer(byte[] bytes, long min, long max) {
    long number = values.numbers.integer(bytes, 0, bytes.length, min, max);
    return values.numbers.failed ? null : (Object) (int) number;
  }
}
