package dev.sluice.connectors.avro.client;

import dev.sluice.operators.data.ColumnBuilder;
import java.io.IOException;
import org.apache.avro.io.Decoder;

/** Reads values of one schema into columns of one type. Not thread-safe. */
abstract class ValueReader {
  /** Appends the next value. */
  abstract void read(Decoder in, ColumnBuilder to) throws IOException;

  /** Passes over the next value. */
  abstract void skip(Decoder in) throws IOException;
}
