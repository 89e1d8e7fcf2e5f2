package dev.sluice.runner.cli;

import dev.sluice.operators.data.Batch;

/** Prints the result of a query in one of the formats of {@code runner sql}. */
interface ResultWriter {
  /** Once, first. */
  default void begin(StringBuilder out) {}

  /** The next rows. */
  void rows(Batch batch, StringBuilder out);

  /** Once, after all rows. */
  default void end(StringBuilder out) {}
}
