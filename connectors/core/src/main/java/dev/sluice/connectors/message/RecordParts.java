package dev.sluice.connectors.message;

import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.diagnostics.Problems;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What a sink of messages asks of its rows. Either the row has columns that are the parts of its
 * record, by their names, or a format encodes the row as a whole, and options name the columns that
 * are other parts.
 *
 * @param body the part that holds what is sent, such as {@code value}
 * @param names of all parts
 */
public record RecordParts(String body, List<String> names) {
  /** The index of a column; -1 if there is none. */
  public static int find(Schema schema, String name) {
    List<Integer> found = schema.indexesOf(name);
    return found.isEmpty() ? -1 : found.get(0);
  }

  /**
   * The index of the column that an option names; -1 if it names none, or one that is not there.
   */
  public static int named(Schema schema, Options options, String option) {
    return options.find(option).map(name -> find(schema, name)).orElse(-1);
  }

  /**
   * What encodes the row as a whole: the format that is named, or JSON if there is none and the row
   * has none of these columns; empty if its columns are the parts.
   */
  public static Optional<MessageFormat> format(
      Schema schema, Options options, ValueFormats formats, List<String> telling) {
    Optional<MessageFormat> named = formats.find(options);
    boolean told = telling.stream().anyMatch(name -> find(schema, name) >= 0);
    return named.isPresent() || told ? named : formats.find("json");
  }

  /** Reports an option that names a column which is not there, or of another type. */
  public static void checkNamed(
      Schema schema,
      Options options,
      String option,
      Predicate<DataType> accepted,
      Problems problems) {
    Optional<String> given = options.find(option);
    if (given.isEmpty()) {
      return;
    }
    String name = given.get();
    int index = find(schema, name);
    if (index < 0) {
      problems.error(
          "unknown-column",
          options.at(option),
          "there is no column '" + name + "'",
          Names.suggestion(name, schema.names()));
    } else if (!accepted.test(schema.field(index).type())) {
      problems.error(
          "unsupported-type",
          options.at(option),
          "the column '" + name + "' has the type " + schema.field(index).type().sql(),
          "add a column with CAST(" + name + " AS STRING), and name that");
    }
  }

  /** Reports an option that names a column for a part, where columns are the parts themselves. */
  public static void refuseNamed(Options options, String option, String part, Problems problems) {
    if (options.isGiven(option)) {
      problems.error(
          "useless-option",
          options.at(option),
          "'" + option + "' says nothing where the row has columns of its record",
          "name the column '" + part + "'");
    }
  }

  /** Warns of columns that are no parts. */
  public void warnOfOthers(Schema schema, Options options, Problems problems) {
    for (Field field : schema.fields()) {
      if (names.stream().noneMatch(name -> name.equalsIgnoreCase(field.name()))) {
        problems.warning(
            "unused-column",
            options.at(),
            "the column '" + field.name() + "' is no part of a record and is not written",
            "leave it out, or put it into '" + body + "' with to_json(struct(...))");
      }
    }
  }
}
