package dev.sluice.runner.schema;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.diagnostics.SourcePosition;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How to write a value that is of another shape than it must be. */
final class ShapeRemedies {
  private static final int SHORT = 40;

  private final Components components;

  ShapeRemedies(Components components) {
    this.components = components;
  }

  /**
   * The remedy; null if there is nothing to say.
   *
   * @param wanted the types that JSON Schema allows there
   */
  @Nullable String remedy(List<String> wanted, String pointer, Node node) {
    if (node instanceof Node.Text text) {
      return ofText(wanted, pointer, text);
    }
    if (wanted.contains("array")) {
      return "put a '- ' before each";
    }
    if (node instanceof Node.Mapping mapping && wanted.contains("string")) {
      return mapping.entries().size() == 1
              && pointer.contains("/select/")
              && mapping.entries().get(0).value() instanceof Node.Text value
          ? "write '" + value.value() + " AS " + mapping.entries().get(0).key().value() + "'"
          : null;
    }
    if (node instanceof Node.Sequence && pointer.endsWith("/path")) {
      return "one pattern can name several: '{first,second}'";
    }
    if (node instanceof Node.Sequence list && wanted.contains("object")) {
      return ofList(pointer, list);
    }
    return null;
  }

  private @Nullable String ofText(List<String> wanted, String pointer, Node.Text text) {
    String value = text.value().trim();
    if (text.kind() == Node.Text.Kind.NULL) {
      return wanted.contains("object") || wanted.contains("array")
          ? "what belongs to it stands on the lines below it, further to the right"
          : null;
    }
    if (pointer.matches("(/steps|/views/[^/]*)/[0-9]+")) {
      String word = value.split("[ :]", 2)[0];
      return components.steps().find(word).isPresent()
          ? "write '" + word + ": " + value.substring(word.length()).trim() + "'"
          : keys(pointer).map(keys -> "a step is one of " + keys).orElse(null);
    }
    if (wanted.contains("array")) {
      return value.length() <= SHORT ? "write [" + value + "]" : "put it in [ ]";
    }
    if (wanted.contains("object")) {
      return keys(pointer).map(keys -> "its keys: " + keys).orElse(null);
    }
    boolean number =
        wanted.contains("number") && value.matches("-?[0-9]+(\\.[0-9]+)?")
            || wanted.contains("integer") && value.matches("-?[0-9]+");
    return number && isQuoted(text) ? "leave the quotes out" : null;
  }

  /** False for what a reference gave: it is a text, whatever stands around the reference. */
  private static boolean isQuoted(Node.Text text) {
    SourcePosition first = text.at(0);
    return !first.equals(text.at()) && text.at(1).column() == first.column() + 1;
  }

  private @Nullable String ofList(String pointer, Node.Sequence list) {
    if (pointer.endsWith("/agg") || pointer.endsWith("/withColumns")) {
      return "give each a name: {name: expression}";
    }
    if (pointer.endsWith("/schema")) {
      return "give each a type: {name: type}";
    }
    List<String> texts =
        list.items().stream()
            .filter(Node.Text.class::isInstance)
            .map(item -> ((Node.Text) item).value())
            .toList();
    if (pointer.endsWith("/dropDuplicates")) {
      return "write {columns: [" + String.join(", ", texts) + "]}";
    }
    return keys(pointer).map(keys -> "its keys: " + keys).orElse(null);
  }

  private Optional<String> keys(String pointer) {
    List<String> keys = SchemaNames.keys(components, pointer);
    return keys.isEmpty()
        ? Optional.empty()
        : Optional.of(keys.stream().collect(Collectors.joining(", ")));
  }
}
