package dev.sluice.runner.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.operators.component.ComponentType;
import dev.sluice.operators.component.Node;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Registry;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The file as the validator sees it: JSON, in which words that ignore case (formats, option names,
 * output modes) are written as the schema writes them. Knows for each JSON pointer the node it came
 * from.
 */
final class Instance {
  /** What stands at a JSON pointer; {@code key} is null for the root and for list items. */
  record Place(Node node, Node.@Nullable Text key) {}

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Components components;
  private final Map<Pointer, Place> places = new HashMap<>();
  private final JsonNode json;

  Instance(Components components, Node root) {
    this.components = components;
    places.put(Pointer.ROOT, new Place(root, null));
    json = root instanceof Node.Mapping mapping ? top(mapping) : plain(root, Pointer.ROOT);
  }

  JsonNode json() {
    return json;
  }

  /** The place of a pointer, or of the nearest one above it. */
  Place at(Pointer pointer) {
    Pointer found = pointer;
    Place place = places.get(found);
    while (place == null) {
      found = found.parent();
      place = places.get(found);
    }
    return place;
  }

  /** The key as the user wrote it. */
  Node.Text key(Pointer pointer, String name) {
    Place place = places.get(pointer.child(name));
    return place == null || place.key() == null ? Node.Text.of(name) : place.key();
  }

  private Pointer below(Pointer pointer, Node.Entry entry, String name) {
    Pointer child = pointer.child(name);
    places.put(child, new Place(entry.value(), entry.key()));
    return child;
  }

  private JsonNode top(Node.Mapping mapping) {
    ObjectNode object = JSON.objectNode();
    for (Node.Entry entry : mapping.entries()) {
      String name = entry.key().value();
      Pointer pointer = below(Pointer.ROOT, entry, name);
      object.set(
          name,
          switch (name) {
            case "source" -> component(entry.value(), pointer, components.sources());
            case "sink" -> component(entry.value(), pointer, components.sinks());
            case "sources" -> componentsIn(entry.value(), pointer, components.sources());
            case "sinks" -> componentsIn(entry.value(), pointer, components.sinks());
            default -> plain(entry.value(), pointer);
          });
    }
    return object;
  }

  private JsonNode componentsIn(
      Node node, Pointer pointer, Registry<? extends ComponentType> registry) {
    if (node instanceof Node.Mapping mapping) {
      ObjectNode object = JSON.objectNode();
      for (Node.Entry entry : mapping.entries()) {
        Pointer child = below(pointer, entry, entry.key().value());
        object.set(entry.key().value(), component(entry.value(), child, registry));
      }
      return object;
    }
    if (node instanceof Node.Sequence sequence) {
      ArrayNode array = JSON.arrayNode();
      for (int i = 0; i < sequence.items().size(); i++) {
        Pointer child = pointer.child(i);
        places.put(child, new Place(sequence.items().get(i), null));
        array.add(component(sequence.items().get(i), child, registry));
      }
      return array;
    }
    return plain(node, pointer);
  }

  private JsonNode component(
      Node node, Pointer pointer, Registry<? extends ComponentType> registry) {
    if (!(node instanceof Node.Mapping mapping)) {
      return plain(node, pointer);
    }
    Optional<? extends ComponentType> type =
        mapping
            .get("format")
            .flatMap(f -> f instanceof Node.Text t ? registry.find(t.value()) : Optional.empty());
    ObjectNode object = JSON.objectNode();
    for (Node.Entry entry : mapping.entries()) {
      String name = entry.key().value();
      Pointer child = below(pointer, entry, name);
      JsonNode value = plain(entry.value(), child);
      if (name.equals("format") && type.isPresent()) {
        value = JSON.textNode(type.get().name());
      } else if (name.equals("outputMode") && value.isTextual()) {
        value = JSON.textNode(value.textValue().toLowerCase(Locale.ROOT));
      } else if (name.equals("options")
          && type.isPresent()
          && entry.value() instanceof Node.Mapping options) {
        value = options(options, child, type.get().options());
      }
      object.set(name, value);
    }
    return object;
  }

  private JsonNode options(Node.Mapping options, Pointer pointer, List<Option> declared) {
    Map<String, String> canonical = new HashMap<>();
    for (Option option : declared) {
      canonical.put(option.name().toLowerCase(Locale.ROOT), option.name());
      option.aliases().forEach(a -> canonical.put(a.toLowerCase(Locale.ROOT), a));
    }
    ObjectNode object = JSON.objectNode();
    for (Node.Entry entry : options.entries()) {
      String written = entry.key().value();
      String name = canonical.getOrDefault(written.toLowerCase(Locale.ROOT), written);
      object.set(name, plain(entry.value(), below(pointer, entry, name)));
    }
    return object;
  }

  private JsonNode plain(Node node, Pointer pointer) {
    if (node instanceof Node.Text text) {
      return scalar(text);
    }
    if (node instanceof Node.Sequence sequence) {
      ArrayNode array = JSON.arrayNode();
      for (int i = 0; i < sequence.items().size(); i++) {
        Pointer child = pointer.child(i);
        places.put(child, new Place(sequence.items().get(i), null));
        array.add(plain(sequence.items().get(i), child));
      }
      return array;
    }
    ObjectNode object = JSON.objectNode();
    for (Node.Entry entry : ((Node.Mapping) node).entries()) {
      Pointer child = below(pointer, entry, entry.key().value());
      object.set(entry.key().value(), plain(entry.value(), child));
    }
    return object;
  }

  private static JsonNode scalar(Node.Text text) {
    String value = text.value();
    return switch (text.kind()) {
      case STRING -> JSON.textNode(value);
      case NULL -> JSON.nullNode();
      case BOOLEAN -> JSON.booleanNode(text.isTrue());
      case INTEGER -> JSON.numberNode(integer(value));
      case NUMBER -> number(value);
    };
  }

  private static JsonNode number(String value) {
    try {
      return JSON.numberNode(new BigDecimal(value));
    } catch (NumberFormatException e) {
      return JSON.numberNode(Double.NaN);
    }
  }

  private static BigInteger integer(String value) {
    if (value.startsWith("0x")) {
      return new BigInteger(value.substring(2), 16);
    }
    if (value.startsWith("0o")) {
      return new BigInteger(value.substring(2), 8);
    }
    return new BigInteger(value.startsWith("+") ? value.substring(1) : value);
  }
}
