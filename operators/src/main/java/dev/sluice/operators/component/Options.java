package dev.sluice.operators.component;

import dev.sluice.operators.diagnostics.SourcePosition;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The options given to one component: checked against its declarations, defaults filled in, names
 * case-insensitive.
 */
public final class Options {
  private final Map<String, Option> declared = new LinkedHashMap<>();
  private final Map<String, String> canonical = new LinkedHashMap<>();
  private final Map<String, Node.Text> given = new LinkedHashMap<>();
  private final SourcePosition at;

  /**
   * {@code given} by the names as written; {@code at} is where the component stands. Values are
   * taken as valid.
   */
  public Options(List<Option> declared, Map<String, Node.Text> given, SourcePosition at) {
    this.at = at;
    for (Option option : declared) {
      this.declared.put(key(option.name()), option);
      canonical.put(key(option.name()), key(option.name()));
      for (String alias : option.aliases()) {
        canonical.put(key(alias), key(option.name()));
      }
    }
    given.forEach(
        (name, value) -> this.given.put(canonical.getOrDefault(key(name), key(name)), value));
  }

  /** For tests and inner uses: plain text values that stand in no file. */
  public static Options of(List<Option> declared, Map<String, String> values) {
    Map<String, Node.Text> texts = new LinkedHashMap<>();
    values.forEach((name, value) -> texts.put(name, Node.Text.of(value)));
    return new Options(declared, texts, SourcePosition.NOWHERE);
  }

  private static String key(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private String canonicalKey(String name) {
    return canonical.getOrDefault(key(name), key(name));
  }

  /** True if the user gave it, whatever its default. */
  public boolean isGiven(String name) {
    return given.containsKey(canonicalKey(name));
  }

  /** Those of the values given that these declarations name: the options of a part. */
  public Options restrictedTo(List<Option> part) {
    Map<String, Node.Text> kept = new LinkedHashMap<>();
    for (Option option : part) {
      Node.Text value = given.get(key(option.name()));
      if (value != null) {
        kept.put(option.name(), value);
      }
    }
    return new Options(part, kept, at);
  }

  /** The same with one value more, which the user did not write. */
  public Options with(String name, String value) {
    Map<String, Node.Text> all = new LinkedHashMap<>(given);
    all.put(name, Node.Text.of(value));
    return new Options(List.copyOf(declared.values()), all, at);
  }

  /** The value given, else the default, else nothing. */
  public Optional<String> find(String name) {
    return Optional.ofNullable(lookup(name));
  }

  /** As {@link #find}, for options that have a default or are required. */
  public String text(String name) {
    String value = lookup(name);
    if (value == null) {
      throw new IllegalStateException("option '" + name + "' has neither value nor default");
    }
    return value;
  }

  private @Nullable String lookup(String name) {
    String key = canonicalKey(name);
    Node.Text value = given.get(key);
    if (value != null) {
      return value.value();
    }
    Option option = declared.get(key);
    return option == null ? null : option.defaultValue().orElse(null);
  }

  public boolean flag(String name) {
    return Boolean.parseBoolean(text(name).trim());
  }

  public long number(String name) {
    return Long.parseLong(text(name).trim());
  }

  public Optional<Long> findNumber(String name) {
    return find(name).map(value -> Long.parseLong(value.trim()));
  }

  /** Milliseconds. */
  public long millis(String name) {
    return Durations.millis(text(name));
  }

  /** The value as it was given. */
  public Optional<Node.Text> node(String name) {
    return Optional.ofNullable(given.get(canonicalKey(name)));
  }

  /** All values as they were given. */
  public List<Node.Text> givenNodes() {
    return List.copyOf(given.values());
  }

  /** Where the value stands, or the component if it was not given. */
  public SourcePosition at(String name) {
    Node.Text value = given.get(canonicalKey(name));
    return value == null ? at : value.at();
  }

  public SourcePosition at() {
    return at;
  }

  /** What was given, by canonical lower-case name: for options passed through to a client. */
  public Map<String, String> givenValues() {
    Map<String, String> values = new LinkedHashMap<>();
    given.forEach((name, value) -> values.put(name, value.value()));
    return values;
  }
}
