package dev.sluice.connectors.message;

import dev.sluice.operators.codec.Bytes;
import dev.sluice.operators.data.FlatColumn;
import java.util.List;

/** Rows to the values of messages. Not thread-safe. */
public interface MessageEncoder {
  /**
   * Puts the value of one row.
   *
   * @return false if the message has no value
   */
  boolean encode(List<FlatColumn> columns, int row, Bytes out);
}
