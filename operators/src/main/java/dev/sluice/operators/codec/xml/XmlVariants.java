package dev.sluice.operators.codec.xml;

import dev.sluice.operators.codec.TextVariants;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.variant.VariantWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Elements as values of VARIANT, as Spark makes them: an object of the attributes and children, a
 * plain value where there is nothing but text, a null value where there is nothing at all. Names
 * are one without regard to case, under the first; what has one name is an array.
 */
final class XmlVariants {
  private final XmlReadOptions options;
  private final TextVariants texts;
  private final VariantWriter writer = new VariantWriter();

  XmlVariants(XmlReadOptions options) {
    this.options = options;
    this.texts = TextVariants.ofXml(options.timeFormats(), options.timeFormats().locale());
  }

  /** In the form of {@link dev.sluice.operators.data.Column#value}. */
  byte[] value(XmlElement element) {
    put(element);
    return taken();
  }

  /** The same of an attribute or of what stands between elements. */
  byte[] value(String text) {
    put(text);
    return taken();
  }

  private byte[] taken() {
    BytesBuilder out = (BytesBuilder) ColumnBuilder.of(AtomicType.VARIANT, 1);
    writer.appendTo(out);
    return out.build().bytes(0);
  }

  /** What has one name: texts and elements. */
  private record Named(String name, List<Object> parts) {}

  private void put(XmlElement element) {
    Map<String, Named> fields = new LinkedHashMap<>();
    if (!options.excludesAttributes()) {
      for (XmlElement.Attribute attribute : element.attributes()) {
        add(fields, options.attributePrefix() + attribute.name(), attribute.value());
      }
    }
    for (Object part : element.content()) {
      if (part instanceof XmlElement child) {
        add(fields, child.name(), child);
      } else if (!((String) part).isBlank()) {
        add(fields, options.valueTag(), part);
      }
    }
    if (fields.isEmpty()) {
      writer.putNull();
      return;
    }
    Named first = fields.values().iterator().next();
    if (fields.size() == 1 && first.name().equals(options.valueTag())) {
      part(first.parts().get(0));
      return;
    }
    int start = writer.position();
    List<VariantWriter.Entry> entries = new ArrayList<>(fields.size());
    for (Named field : fields.values()) {
      entries.add(writer.entry(field.name()));
      parts(field.parts());
    }
    writer.endObject(start, entries);
  }

  private static void add(Map<String, Named> fields, String name, Object part) {
    fields
        .computeIfAbsent(name.toLowerCase(Locale.ROOT), n -> new Named(name, new ArrayList<>()))
        .parts()
        .add(part);
  }

  private void parts(List<Object> parts) {
    if (parts.size() == 1) {
      part(parts.get(0));
      return;
    }
    int start = writer.position();
    int[] positions = new int[parts.size()];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = writer.position();
      part(parts.get(i));
    }
    writer.endArray(start, positions, positions.length);
  }

  private void part(Object part) {
    if (part instanceof XmlElement element) {
      put(element);
    } else {
      put((String) part);
    }
  }

  private void put(String given) {
    String text = options.trims() ? given.strip() : given;
    if (text.equals(options.nullValue())) {
      writer.putNull();
      return;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    texts.put(bytes, 0, bytes.length, TextVariants.FIRST, writer);
  }
}
