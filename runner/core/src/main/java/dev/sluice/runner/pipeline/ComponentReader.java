package dev.sluice.runner.pipeline;

import dev.sluice.operators.component.ComponentType;
import dev.sluice.operators.component.Node;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.ddl.TypeParser;
import dev.sluice.operators.diagnostics.Problem;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.json.Json;
import dev.sluice.runner.schema.OptionValues;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What sources and sinks have in common: options, path, columns. */
final class ComponentReader {
  /** Options that stand beside {@code options:}. */
  private static final List<String> KEYS = List.of("path", "valueFormat");

  private final Predicate<Node> unknown;
  private final Secrets secrets;
  private final Problems problems;

  ComponentReader(Predicate<Node> unknown, Secrets secrets, Problems problems) {
    this.unknown = unknown;
    this.secrets = secrets;
    this.problems = problems;
  }

  /**
   * The options as given; {@code path:} and {@code valueFormat:} count as the options of these
   * names.
   */
  Options options(String kind, ComponentType type, Node.Mapping component) {
    Map<String, Node.Text> given = new LinkedHashMap<>();
    Map<String, Node.Text> seen = new LinkedHashMap<>();
    if (component.get("options").orElse(null) instanceof Node.Mapping options) {
      for (Node.Entry entry : options.entries()) {
        Optional<Option> option = declared(type, entry.key().value());
        String canonical =
            option.map(Option::name).orElse(entry.key().value()).toLowerCase(Locale.ROOT);
        Node.Text first = seen.putIfAbsent(canonical, entry.key());
        if (first != null) {
          problems.error(
              "duplicate-option",
              entry.key().at(),
              "the option '" + first.value() + "' is given twice",
              "names of options ignore case; the first is on line " + first.at().line());
        } else if (entry.value() instanceof Node.Text value) {
          given.put(entry.key().value(), value);
          option.ifPresent(o -> check(kind, type, o, value));
        } else if (option.isPresent() && option.get().kind() == Option.Kind.LIST) {
          given.put(entry.key().value(), json(entry.value()));
        }
      }
    }
    for (String key : KEYS) {
      if (component.get(key).orElse(null) instanceof Node.Text value) {
        if (seen.containsKey(key.toLowerCase(Locale.ROOT))) {
          problems.error(
              "conflicting-keys",
              value.at(),
              "'" + key + "' is given twice, here and as an option",
              "keep one of them");
        } else {
          given.put(key, value);
          if (key.equals("path") && value.value().isBlank() && !unknown.test(value)) {
            problems.error("invalid-value", value.at(), "'path' must not be empty", null);
          }
          declared(type, key).ifPresent(option -> check(kind, type, option, value));
        }
      }
    }
    return new Options(type.options(), given, component.at());
  }

  /**
   * Adds what a component finds in its options, but not what it says of values that only a run will
   * know: it was shown a text in their place.
   */
  void add(Options options, Problems found) {
    for (Problem problem : found.all()) {
      boolean ofUnknown =
          options.givenNodes().stream()
              .anyMatch(node -> node.at().equals(problem.at()) && unknown.test(node));
      if (!ofUnknown) {
        problems.add(problem);
      }
    }
  }

  private static Node.Text json(Node list) {
    return new Node.Text(
        Json.write(plain(list)), Node.Text.Kind.STRING, list.at(), offset -> list.at());
  }

  /** Scalars stay texts, so that {@code 007} can still become a string or a number. */
  private static @Nullable Object plain(Node node) {
    if (node instanceof Node.Text text) {
      return text.kind() == Node.Text.Kind.NULL ? null : text.value();
    }
    if (node instanceof Node.Sequence sequence) {
      List<@Nullable Object> items = new ArrayList<>();
      sequence.items().forEach(item -> items.add(plain(item)));
      return items;
    }
    Map<String, @Nullable Object> entries = new LinkedHashMap<>();
    ((Node.Mapping) node).entries().forEach(e -> entries.put(e.key().value(), plain(e.value())));
    return entries;
  }

  private void check(String kind, ComponentType type, Option option, Node.Text value) {
    if (option.secret()) {
      secrets.add(value.value(), value.at(), problems);
    }
    if (!unknown.test(value)) {
      type.secretsIn(option, value.value())
          .forEach(secret -> secrets.add(secret, value.at(), problems));
      OptionValues.check(kind, type, option, value, problems);
    }
  }

  private static Optional<Option> declared(ComponentType type, String name) {
    return type.options().stream()
        .filter(
            o ->
                o.name().equalsIgnoreCase(name)
                    || o.aliases().stream().anyMatch(name::equalsIgnoreCase))
        .findFirst();
  }

  /** {@code schema:}: a mapping of names to types, or DDL text. */
  Optional<Schema> columns(Node node) {
    if (unknown.test(node)) {
      return Optional.empty();
    }
    if (node instanceof Node.Text text) {
      return TypeParser.parseSchema(text, problems).map(schema -> distinct(schema, text));
    }
    if (!(node instanceof Node.Mapping mapping)) {
      return Optional.empty();
    }
    List<Field> fields = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    boolean complete = true;
    for (Node.Entry entry : mapping.entries()) {
      String name = entry.key().value();
      if (!seen.add(name.toLowerCase(Locale.ROOT))) {
        duplicate(name, entry.key());
      }
      Optional<Field> field =
          entry.value() instanceof Node.Text type
              ? TypeParser.parseType(type, problems).map(t -> new Field(name, t, true))
              : Optional.empty();
      complete &= field.isPresent();
      field.ifPresent(fields::add);
    }
    return complete ? Optional.of(new Schema(fields)) : Optional.empty();
  }

  private Schema distinct(Schema schema, Node.Text text) {
    Set<String> seen = new HashSet<>();
    for (String name : schema.names()) {
      if (!seen.add(name.toLowerCase(Locale.ROOT))) {
        duplicate(name, text);
      }
    }
    return schema;
  }

  private void duplicate(String name, Node.Text at) {
    problems.error(
        "duplicate-column",
        at.at(),
        "the column '" + name + "' is declared twice",
        "names of columns ignore case");
  }

  /**
   * What must not change between runs on one checkpoint: the format and the place. Secrets are left
   * out.
   */
  static String fingerprint(ComponentType type, Options options) {
    Map<String, String> place = new TreeMap<>();
    for (Option option : type.options()) {
      if (type.tellsPlace(option) && !option.secret()) {
        options.find(option.name()).ifPresent(value -> place.put(option.name(), value));
      }
    }
    return place.isEmpty() ? type.name() : type.name() + place;
  }
}
