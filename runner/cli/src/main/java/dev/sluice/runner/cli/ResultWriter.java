package dev.sluice.runner.cli;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Schema;

/** Prints the result of a query in one of the formats of {@code runner sql}. */
interface ResultWriter {
  /** The writer of {@code --format}: csv, json, or table. */
  static ResultWriter of(String format, Schema schema) {
    return switch (format) {
      case "csv" -> new CsvWriter(schema);
      case "json" -> new JsonWriter(schema);
      default -> new TableWriter(schema);
    };
  }

  /** Once, first. */
  default void begin(StringBuilder out) {}

  /** The next rows. */
  void rows(Batch batch, StringBuilder out);

  /** Once, after all rows. */
  default void end(StringBuilder out) {}
}
