package dev.sluice.connectors.avro.client;

import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.FlatColumn;
import java.io.IOException;
import org.apache.avro.io.Encoder;

/** Writes the values of a column by one schema. Not thread-safe. */
abstract class ValueWriter {
  /** Takes the column whose rows follow. */
  abstract void begin(FlatColumn column);

  /** Writes the value of a row, which is not null unless the schema takes nulls. */
  abstract void write(int row, Encoder out) throws IOException;

  final void begin(Column column) {
    begin(column.flatten());
  }
}
