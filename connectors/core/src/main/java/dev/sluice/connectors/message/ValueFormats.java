package dev.sluice.connectors.message;

import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.component.Registry;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Problems;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The formats that {@code valueFormat} can name, for components that read or write messages. Such a
 * component declares {@link #option} and, beside its own options, those of all formats.
 */
public final class ValueFormats {
  public static final String OPTION = "valueFormat";

  private final Registry<MessageFormat> formats;

  private ValueFormats(Registry<MessageFormat> formats) {
    this.formats = formats;
  }

  /** What is on the class path. */
  public static ValueFormats load() {
    return new ValueFormats(Registry.load(MessageFormat.class));
  }

  /** The option that names a format. */
  public Option option(String description) {
    return Option.choice(OPTION, formats.names(), description);
  }

  /** The options for reading of all formats, each once. */
  public List<Option> readOptions() {
    return union(MessageFormat::options);
  }

  /** The options for writing of all formats, each once. */
  public List<Option> writeOptions() {
    return union(MessageFormat::writeOptions);
  }

  private List<Option> union(Function<MessageFormat, List<Option>> part) {
    Map<String, Option> all = new LinkedHashMap<>();
    for (MessageFormat format : formats.all()) {
      part.apply(format).forEach(option -> all.putIfAbsent(option.name(), option));
    }
    return new ArrayList<>(all.values());
  }

  /** The format that is named, if any is. */
  public Optional<MessageFormat> find(Options options) {
    return options.find(OPTION).map(String::trim).flatMap(formats::find);
  }

  /** The format of this name. */
  public Optional<MessageFormat> find(String name) {
    return formats.find(name);
  }

  /** Of a component's options, those that are the format's, for reading. */
  public static Options reading(MessageFormat format, Options options) {
    return part(format.options(), options);
  }

  /** Of a component's options, those that are the format's, for writing. */
  public static Options writing(MessageFormat format, Options options) {
    return part(format.writeOptions(), options);
  }

  /** As {@link #writing(MessageFormat, Options)}, with the topic of all messages if it is one. */
  public static Options writing(MessageFormat format, Options options, Optional<String> topic) {
    Options own = writing(format, options);
    return topic.map(name -> format.forTopic(name, own)).orElse(own);
  }

  /**
   * As {@link MessageFormat#checkConnection}, for a component that may have a format of values.
   *
   * @param reads whether it reads messages
   */
  public static String checkConnection(Options options, boolean reads, Problems problems) {
    return options.isGiven(OPTION)
        ? load()
            .find(options)
            .map(
                format ->
                    format.checkConnection(
                        reads ? reading(format, options) : writing(format, options), problems))
            .orElse("")
        : "";
  }

  private static Options part(List<Option> declared, Options options) {
    return options.restrictedTo(declared);
  }

  /**
   * The columns that a pipeline sees of a source; reports columns that are declared and cannot be,
   * or are missing.
   *
   * @param source for people: {@code a Kafka source}
   * @param raw the connector's own columns
   */
  public Optional<Schema> columns(
      String source, Options options, Optional<Schema> declared, Schema raw, Problems problems) {
    Optional<MessageFormat> format = find(options);
    if (format.isEmpty()) {
      if (declared.isPresent()) {
        List<String> others = formats.names().stream().filter(n -> !n.equals("json")).toList();
        problems.error(
            "missing-value-format",
            options.at(),
            "the columns of " + source + " are fixed unless its values are decoded",
            "add 'valueFormat: json' (or "
                + String.join(", ", others)
                + "), or leave 'schema' out");
      }
      return Optional.of(raw);
    }
    Optional<Schema> schema =
        declared.or(() -> format.get().defaultSchema(reading(format.get(), options)));
    if (schema.isEmpty()) {
      problems.error(
          "missing-schema",
          options.at(OPTION),
          "'valueFormat: " + format.get().name() + "' needs a schema",
          "add 'schema:' with the columns of a value");
    } else {
      format.get().checkRead(schema.get(), reading(format.get(), options), problems);
    }
    return schema;
  }

  /** Reports options that are those of other formats than the one that is named. */
  public void checkReading(Options options, Problems problems) {
    check(MessageFormat::options, options, problems);
  }

  /** As {@link #checkReading}, for writing. */
  public void checkWriting(Options options, Problems problems) {
    check(MessageFormat::writeOptions, options, problems);
  }

  private void check(
      Function<MessageFormat, List<Option>> part, Options options, Problems problems) {
    Optional<MessageFormat> used = find(options);
    for (MessageFormat format : formats.all()) {
      for (Option option : part.apply(format)) {
        boolean known =
            used.isPresent()
                && part.apply(used.get()).stream().anyMatch(o -> o.name().equals(option.name()));
        if (!known && options.isGiven(option.name())) {
          problems.error(
              "useless-option",
              options.at(option.name()),
              "the option '"
                  + option.name()
                  + "' says nothing "
                  + used.map(f -> "about values in the format '" + f.name() + "'")
                      .orElse("without 'valueFormat'"),
              "it is one of 'valueFormat: " + format.name().toLowerCase(Locale.ROOT) + "'");
        }
      }
    }
  }
}
