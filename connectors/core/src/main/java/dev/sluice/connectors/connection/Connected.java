package dev.sluice.connectors.connection;

import dev.sluice.operators.data.Schema;
import java.util.Optional;

/**
 * What a check found.
 *
 * @param found for people, with the address: {@code topic 'orders' (3 partitions) at
 *     'localhost:9092'}
 * @param schema the columns of a source, if only looking told them
 */
public record Connected(String found, Optional<Schema> schema) {
  /** Nothing to say of columns. */
  public Connected(String found) {
    this(found, Optional.empty());
  }
}
