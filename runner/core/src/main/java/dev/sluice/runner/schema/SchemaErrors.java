package dev.sluice.runner.schema;

import com.networknt.schema.Error;
import dev.sluice.operators.component.ComponentType;
import dev.sluice.operators.component.Node;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Registry;
import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.diagnostics.SourcePosition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** What the validator found, in our words and at the place in the file. */
final class SchemaErrors {
  private static final String STEP = "(/steps|/views/[^/]*)/[0-9]+";

  /** More options than these are no help in a line. */
  private static final int FEW_OPTIONS = 16;

  private final Components components;
  private final Instance instance;
  private final Predicate<Node> unknown;
  private final ShapeRemedies shapes;
  private final Problems problems;

  /** One problem a place is enough. */
  private final Set<String> told = new HashSet<>();

  SchemaErrors(
      Components components, Instance instance, Predicate<Node> unknown, Problems problems) {
    this.components = components;
    this.instance = instance;
    this.unknown = unknown;
    this.shapes = new ShapeRemedies(components);
    this.problems = problems;
  }

  /** False if the value is not known yet, and so cannot be wrong. */
  boolean report(Error error) {
    String pointer = error.getInstanceLocation().toString();
    Instance.Place place = instance.at(new Pointer(pointer));
    if (unknown.test(place.node())) {
      return false;
    }
    switch (error.getKeyword()) {
      case "additionalProperties" -> unknownKey(error, pointer);
      case "required" -> missing(error, pointer, place);
      case "type" -> once(pointer, () -> wrongType(error, pointer, place));
      case "enum" -> once(pointer, () -> notAmong(error, pointer, place));
      case "minProperties", "maxProperties", "minItems" ->
          once(pointer, () -> count(error, pointer, place));
      default -> once(pointer, () -> other(error, pointer, place));
    }
    return true;
  }

  private void once(String pointer, Runnable report) {
    if (told.add(pointer)) {
      report.run();
    }
  }

  private void unknownKey(Error error, String pointer) {
    String name = error.getProperty();
    Node.Text key = instance.key(new Pointer(pointer), name);
    List<String> candidates = SchemaNames.keys(components, pointer);
    if (pointer.matches(STEP)) {
      problems.error(
          "unknown-step",
          key.at(),
          "there is no step '" + key.value() + "'",
          SparkWords.step(key.value()).orElseGet(() -> Names.suggestion(key.value(), candidates)));
    } else if (pointer.endsWith("/options") && component(pointer).isPresent()) {
      ComponentType type = component(pointer).get();
      problems.error(
          "unknown-option",
          key.at(),
          described(pointer, type) + " has no option '" + key.value() + "'",
          optionRemedy(pointer, key.value(), type));
    } else if (pointer.isEmpty() && name.equals("badRecords")) {
      // A word of the file that is to come: not in the schema, so that no editor offers it.
      problems.error(
          "not-supported-yet",
          key.at(),
          "keeping bad records is not supported yet",
          "leave it out");
    } else {
      problems.error(
          "unknown-key",
          key.at(),
          where(pointer) + " has no key '" + key.value() + "'",
          SparkWords.key(pointer, key.value())
              .or(() -> asOption(pointer, key.value()))
              .or(() -> elsewhere(pointer, key.value(), candidates))
              .orElseGet(
                  () -> candidates.isEmpty() ? null : Names.suggestion(key.value(), candidates)));
    }
  }

  /** An option that stands beside the options. */
  private Optional<String> asOption(String pointer, String name) {
    return component(pointer + "/options")
        .flatMap(type -> type.options().stream().filter(o -> o.name().equals(name)).findFirst())
        .map(option -> "it is an option: put it below 'options'");
  }

  /** A key that stands at another level of the file. */
  private Optional<String> elsewhere(String pointer, String name, List<String> here) {
    if (pointer.matches(STEP + ".*")
        || pointer.endsWith("/schema")
        || here.stream().anyMatch(name::equalsIgnoreCase)) {
      return Optional.empty();
    }
    for (String level : List.of("", "/source", "/sink", "/settings")) {
      for (String key : SchemaNames.keys(components, level)) {
        if (key.equalsIgnoreCase(name)) {
          String owner = level.isEmpty() ? "the pipeline" : "'" + level.substring(1) + "'";
          return Optional.of("'" + key + "' is a key of " + owner);
        }
      }
    }
    if (components.steps().find(name).isPresent()) {
      return Optional.of("it is a step: put '- " + name + ": ...' below 'steps'");
    }
    return Optional.empty();
  }

  /** A key of the file that was taken for an option, or the nearest option. */
  private String optionRemedy(String pointer, String name, ComponentType type) {
    List<String> options = type.options().stream().map(Option::name).toList();
    String owner = pointer.substring(0, pointer.length() - "/options".length());
    for (String level : List.of(owner, "")) {
      for (String key : SchemaNames.keys(components, level)) {
        if (key.equalsIgnoreCase(name)) {
          return level.isEmpty()
              ? "'" + key + "' is a key of the pipeline"
              : "'" + key + "' stands beside 'options', not in it";
        }
      }
    }
    boolean source = owner.startsWith("/source");
    return SparkWords.option(name, source, options)
        .or(() -> Names.nearest(name, options).map(near -> "did you mean '" + near + "'?"))
        .orElseGet(
            () ->
                options.size() <= FEW_OPTIONS
                    ? Names.suggestion(name, options)
                    : "'runner schema --format markdown "
                        + (source ? "source-" : "sink-")
                        + type.name()
                        + "' tells those that it has");
  }

  private void valueFormat(String pointer, Instance.Place place, SourcePosition at) {
    Optional<ComponentType> type =
        component(pointer.substring(0, pointer.lastIndexOf('/')) + "/options");
    Optional<Option> option =
        type.flatMap(
            t -> t.options().stream().filter(o -> o.name().equals("valueFormat")).findFirst());
    if (option.isPresent()) {
      invalidOption(pointer, option.get(), place);
      return;
    }
    problems.error(
        "unknown-key",
        at,
        type.map(t -> described(pointer, t)).orElse(where(pointer))
            + " has no messages whose value could have a format",
        "leave 'valueFormat' out; 'format' says how its data is written");
  }

  private void missing(Error error, String pointer, Instance.Place place) {
    String name = error.getProperty();
    if (place.node() instanceof Node.Mapping mapping && isMisspelt(mapping, pointer, name)) {
      return;
    }
    SourcePosition at = place.key() == null ? place.node().at() : place.key().at();
    boolean option = pointer.endsWith("/options");
    Optional<ComponentType> type = component(option ? pointer : pointer + "/options");
    if (option && type.isPresent()) {
      problems.error(
          "missing-option",
          at,
          described(pointer, type.get()) + " needs the option '" + name + "'",
          null);
    } else if (name.equals("options") && type.isPresent()) {
      for (Option needed : type.get().options()) {
        if (needed.required() && !needed.name().equals("path")) {
          problems.error(
              "missing-option",
              at,
              described(pointer + "/options", type.get())
                  + " needs the option '"
                  + needed.name()
                  + "'",
              null);
        }
      }
    } else {
      problems.error(
          "missing-key",
          at,
          type.isPresent()
              ? described(pointer + "/options", type.get()) + " needs the key '" + name + "'"
              : where(pointer) + " needs the key '" + name + "'",
          null);
    }
  }

  /** True if another key is there that was meant for this one: that is told already. */
  private boolean isMisspelt(Node.Mapping mapping, String pointer, String name) {
    List<String> known = new ArrayList<>(SchemaNames.keys(components, pointer));
    component(pointer)
        .ifPresent(type -> type.options().forEach(option -> known.add(option.name())));
    return mapping.entries().stream()
        .map(entry -> entry.key().value())
        .filter(key -> !known.contains(key))
        .anyMatch(
            key ->
                Names.nearest(key, List.of(name)).isPresent()
                    || SparkWords.key(pointer, key)
                        .filter(r -> r.contains("'" + name + "'"))
                        .isPresent());
  }

  private void wrongType(Error error, String pointer, Instance.Place place) {
    String wanted = wanted(error);
    Optional<Option> option = option(pointer);
    if (option.isPresent()) {
      invalidOption(pointer, option.get(), place);
      return;
    }
    problems.error(
        "wrong-type",
        place.node().at(),
        where(pointer) + " must be " + wanted + ", not " + shown(place.node()),
        shapes.remedy(SchemaNames.allowed(error), pointer, place.node()));
  }

  private void notAmong(Error error, String pointer, Instance.Place place) {
    List<String> allowed = SchemaNames.allowed(error);
    if (!(place.node() instanceof Node.Text text)) {
      return;
    }
    if (pointer.endsWith("/format")) {
      boolean sink = pointer.startsWith("/sink");
      Registry<? extends ComponentType> other = sink ? components.sources() : components.sinks();
      String kind = sink ? "sink" : "source";
      problems.error(
          "unknown-format",
          text.at(),
          "there is no " + kind + " '" + text.value() + "'",
          other.find(text.value()).isPresent()
              ? "it is a "
                  + (sink ? "source" : "sink")
                  + " only; available: "
                  + String.join(", ", allowed)
              : Names.suggestion(text.value(), allowed));
      return;
    }
    problems.error(
        "invalid-value",
        text.at(),
        where(pointer) + " cannot be '" + text.value() + "'",
        pointer.equals("/trigger")
            ? SparkWords.trigger(text.value(), allowed)
            : SparkWords.value(text.value(), allowed));
  }

  private void count(Error error, String pointer, Instance.Place place) {
    if (pointer.matches(STEP)) {
      problems.error(
          "invalid-step",
          place.node().at(),
          "a step has exactly one key, the name of the step",
          "put each step behind a '-' of its own");
    } else if (error.getKeyword().equals("maxProperties")) {
      problems.error(
          "invalid-value", place.node().at(), where(pointer) + " has exactly one key", null);
    } else {
      problems.error(
          "invalid-value", place.node().at(), where(pointer) + " must not be empty", null);
    }
  }

  private void other(Error error, String pointer, Instance.Place place) {
    Optional<Option> option = option(pointer);
    if (option.isPresent()) {
      invalidOption(pointer, option.get(), place);
      return;
    }
    if (!Words.of(SchemaNames.value(error)).isEmpty()) {
      notAmong(error, pointer, place);
      return;
    }
    SourcePosition at = place.key() == null ? place.node().at() : place.key().at();
    String last = pointer.substring(pointer.lastIndexOf('/') + 1);
    if (last.equals("source") || last.equals("sink")) {
      problems.error(
          "conflicting-keys",
          at,
          "'" + last + "' and '" + last + "s' cannot stand in one pipeline",
          "keep one of them");
    } else if (last.equals("path")) {
      Optional<ComponentType> type =
          component(pointer.substring(0, pointer.lastIndexOf('/')) + "/options");
      problems.error(
          "unknown-key",
          at,
          type.map(t -> described(pointer, t)).orElse(where(pointer)) + " has no path",
          "its place is told by its options");
    } else if (last.equals("valueFormat")) {
      valueFormat(pointer, place, at);
    } else if (error.getKeyword().equals("minimum")) {
      problems.error(
          "invalid-value",
          place.node().at(),
          where(pointer)
              + " must be at least "
              + SchemaNames.value(error)
              + ", not "
              + shown(place.node()),
          null);
    } else if (error.getKeyword().equals("minLength")) {
      problems.error(
          "invalid-value", place.node().at(), where(pointer) + " must not be empty", null);
    } else {
      problems.error(
          "invalid-value",
          place.node().at(),
          where(pointer) + " cannot be " + shown(place.node()),
          null);
    }
  }

  private void invalidOption(String pointer, Option option, Instance.Place place) {
    OptionValues.invalid(
        described(pointer, component(pointer).orElseThrow()), option, place.node(), problems);
  }

  private static String wanted(Error error) {
    List<String> types = SchemaNames.allowed(error);
    List<String> words = new ArrayList<>();
    for (String type : types) {
      words.add(
          switch (type) {
            case "object" -> "a mapping";
            case "array" -> "a list";
            case "string" -> "a text";
            case "integer" -> "a whole number";
            case "number" -> "a number";
            case "boolean" -> "true or false";
            default -> type;
          });
    }
    return String.join(" or ", words);
  }

  static String shown(Node node) {
    if (node instanceof Node.Text text) {
      return switch (text.kind()) {
        case NULL -> "empty";
        case STRING -> "the text '" + text.value() + "'";
        case INTEGER, NUMBER -> "the number " + text.value();
        case BOOLEAN -> text.value();
      };
    }
    return node instanceof Node.Sequence ? "a list" : "a mapping";
  }

  /** The words for a place: its last named key. */
  private static String where(String pointer) {
    if (pointer.isEmpty()) {
      return "the pipeline";
    }
    Pointer at = new Pointer(pointer);
    String last = at.last();
    if (last.chars().allMatch(Character::isDigit) && !at.parent().equals(Pointer.ROOT)) {
      return "each item of '" + at.parent().last() + "'";
    }
    return "'" + last + "'";
  }

  /** The component in whose options, or beside whose options, a pointer stands. */
  private Optional<ComponentType> component(String pointer) {
    String[] parts = pointer.split("/");
    if (parts.length < 3) {
      return Optional.empty();
    }
    boolean several = parts[1].equals("sources") || parts[1].equals("sinks");
    boolean source = parts[1].startsWith("source");
    if (!source && !parts[1].startsWith("sink")) {
      return Optional.empty();
    }
    String owner = "/" + parts[1] + (several ? "/" + parts[2] : "");
    Node node = instance.at(new Pointer(owner)).node();
    if (!(node instanceof Node.Mapping mapping)
        || !(mapping.get("format").orElse(null) instanceof Node.Text format)) {
      return Optional.empty();
    }
    Registry<? extends ComponentType> registry = source ? components.sources() : components.sinks();
    return registry.find(format.value()).map(t -> t);
  }

  /** The option whose value stands at a pointer. */
  private Optional<Option> option(String pointer) {
    int slash = pointer.lastIndexOf('/');
    if (slash < 0 || !pointer.substring(0, slash).endsWith("/options")) {
      return Optional.empty();
    }
    String name = pointer.substring(slash + 1).toLowerCase(Locale.ROOT);
    return component(pointer)
        .flatMap(
            type ->
                type.options().stream()
                    .filter(
                        o ->
                            o.name().equalsIgnoreCase(name)
                                || o.aliases().stream().anyMatch(a -> a.equalsIgnoreCase(name)))
                    .findFirst());
  }

  private static String described(String pointer, ComponentType type) {
    return (pointer.startsWith("/source") ? "source" : "sink") + " '" + type.name() + "'";
  }
}
