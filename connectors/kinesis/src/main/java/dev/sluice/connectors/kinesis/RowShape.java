package dev.sluice.connectors.kinesis;

import dev.sluice.connectors.message.MessageFormat;
import dev.sluice.connectors.message.ValueFormats;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Names;
import dev.sluice.operators.diagnostics.Problems;
import java.util.List;
import java.util.Optional;

/**
 * Which columns of a row make which part of its record: indexes, -1 for what is not there.
 *
 * @param format encodes the whole row as the data; empty if a column is them
 */
public record RowShape(int key, int hash, int data, Optional<MessageFormat> format) {
  private static final String KEY = "partitionKey";
  private static final String HASH = "explicitHashKey";
  private static final String DATA = "data";
  private static final List<String> COLUMNS = List.of(DATA, KEY, HASH);

  private static int find(Schema schema, String name) {
    List<Integer> found = schema.indexesOf(name);
    return found.isEmpty() ? -1 : found.get(0);
  }

  /** The format that is named; JSON if there is none and no column is called as the data. */
  private static Optional<MessageFormat> format(
      Schema schema, Options options, ValueFormats formats) {
    Optional<MessageFormat> named = formats.find(options);
    return named.isPresent() || find(schema, DATA) >= 0 ? named : formats.find("json");
  }

  static RowShape of(Schema schema, Options options, ValueFormats formats) {
    Optional<MessageFormat> format = format(schema, options, formats);
    if (format.isPresent()) {
      return new RowShape(
          options.find(KinesisSinkType.KEY_COLUMN).map(name -> find(schema, name)).orElse(-1),
          options.find(KinesisSinkType.HASH_COLUMN).map(name -> find(schema, name)).orElse(-1),
          -1,
          format);
    }
    return new RowShape(find(schema, KEY), find(schema, HASH), find(schema, DATA), format);
  }

  /** Reports rows that make no record. */
  static void check(Schema schema, Options options, ValueFormats formats, Problems problems) {
    Optional<MessageFormat> format = format(schema, options, formats);
    List<String> named = List.of(KinesisSinkType.KEY_COLUMN, KinesisSinkType.HASH_COLUMN);
    if (format.isPresent()) {
      named.forEach(option -> checkNamed(schema, options, option, problems));
      format.get().checkWrite(schema, ValueFormats.writing(format.get(), options), problems);
      return;
    }
    for (String option : named) {
      if (options.isGiven(option)) {
        problems.error(
            "useless-option",
            options.at(option),
            "'" + option + "' says nothing where the row has the columns of its record",
            "name the column '" + (option.equals(named.get(0)) ? KEY : HASH) + "'");
      }
    }
    for (Field field : schema.fields()) {
      boolean known = COLUMNS.stream().anyMatch(name -> name.equalsIgnoreCase(field.name()));
      if (!known) {
        problems.warning(
            "unused-column",
            options.at(),
            "the column '" + field.name() + "' is no part of a record and is not written",
            "leave it out, or put it into 'data' with to_json(struct(...))");
      } else if (!isText(field.type())
          && !(field.name().equalsIgnoreCase(DATA) && field.type() == AtomicType.BINARY)) {
        problems.error(
            "unsupported-type",
            options.at(),
            "'" + field.name() + "' cannot have the type " + field.type().sql(),
            "cast it to STRING");
      }
    }
  }

  private static boolean isText(DataType type) {
    return type == AtomicType.STRING;
  }

  private static void checkNamed(Schema schema, Options options, String option, Problems problems) {
    options
        .find(option)
        .ifPresent(
            name -> {
              int index = find(schema, name);
              if (index < 0) {
                problems.error(
                    "unknown-column",
                    options.at(option),
                    "there is no column '" + name + "'",
                    Names.suggestion(name, schema.names()));
              } else if (!isText(schema.field(index).type())) {
                problems.error(
                    "unsupported-type",
                    options.at(option),
                    "the column '" + name + "' has the type " + schema.field(index).type().sql(),
                    "add a column with CAST(" + name + " AS STRING), and name that");
              }
            });
  }
}
