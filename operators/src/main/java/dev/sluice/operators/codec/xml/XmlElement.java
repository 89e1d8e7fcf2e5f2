package dev.sluice.operators.codec.xml;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * An element with what is in it, in order.
 *
 * @param content texts ({@link String}) and elements ({@link XmlElement})
 */
record XmlElement(String name, List<Attribute> attributes, List<Object> content) {
  /** Elements nested deeper are refused: reading one must not exhaust the stack. */
  private static final int DEEPEST = 500;

  /** An attribute of an element. */
  record Attribute(String name, String value) {}

  /** The first element of a text; what follows it does not count. */
  static XmlElement parse(String text, boolean ignoresNamespaces) throws XMLStreamException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, true);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    // As in Spark: a prefix is a part of its name, declared or not, and xmlns an attribute.
    factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, false);
    XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(text.trim()));
    try {
      while (reader.getEventType() != XMLStreamConstants.START_ELEMENT) {
        reader.next();
      }
      return element(reader, ignoresNamespaces, 0);
    } finally {
      reader.close();
    }
  }

  private static XmlElement element(XMLStreamReader reader, boolean ignoresNamespaces, int depth)
      throws XMLStreamException {
    if (depth > DEEPEST) {
      throw new XMLStreamException("elements are nested more than " + DEEPEST + " deep");
    }
    String name = name(reader.getLocalName(), ignoresNamespaces);
    List<Attribute> attributes = new ArrayList<>(reader.getAttributeCount());
    for (int i = 0; i < reader.getAttributeCount(); i++) {
      attributes.add(
          new Attribute(name(written(reader, i), ignoresNamespaces), reader.getAttributeValue(i)));
    }
    List<Object> content = new ArrayList<>();
    for (int event = reader.next();
        event != XMLStreamConstants.END_ELEMENT;
        event = reader.next()) {
      switch (event) {
        case XMLStreamConstants.START_ELEMENT ->
            content.add(element(reader, ignoresNamespaces, depth + 1));
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE ->
            content.add(reader.getText());
        default -> {
          // Comments and processing instructions say nothing.
        }
      }
    }
    return new XmlElement(name, attributes, content);
  }

  private static String written(XMLStreamReader reader, int attribute) {
    String prefix = reader.getAttributePrefix(attribute);
    String local = reader.getAttributeLocalName(attribute);
    return prefix == null || prefix.isEmpty() ? local : prefix + ":" + local;
  }

  private static String name(String written, boolean ignoresNamespaces) {
    return ignoresNamespaces ? written.substring(written.lastIndexOf(':') + 1) : written;
  }

  boolean hasElements() {
    return content.stream().anyMatch(XmlElement.class::isInstance);
  }

  /** The text of an element without children. */
  String text() {
    StringBuilder text = new StringBuilder();
    for (Object part : content) {
      if (part instanceof String piece) {
        text.append(piece);
      }
    }
    return text.toString();
  }

  /** What is in it, elements as they are written. */
  String inner() {
    StringBuilder text = new StringBuilder();
    writeContent(text);
    return text.toString();
  }

  /** The element as it is written. */
  String outer() {
    StringBuilder text = new StringBuilder();
    write(text);
    return text.toString();
  }

  private void write(StringBuilder out) {
    out.append('<').append(name);
    for (Attribute attribute : attributes) {
      out.append(' ').append(attribute.name()).append("=\"");
      XmlText.escape(attribute.value(), true, out);
      out.append('"');
    }
    out.append('>');
    writeContent(out);
    out.append("</").append(name).append('>');
  }

  private void writeContent(StringBuilder out) {
    for (Object part : content) {
      if (part instanceof XmlElement element) {
        element.write(out);
      } else {
        XmlText.escape((String) part, false, out);
      }
    }
  }
}
