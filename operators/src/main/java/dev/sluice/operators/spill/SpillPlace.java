package dev.sluice.operators.spill;

import dev.sluice.operators.data.Schema;
import dev.sluice.operators.state.LocalStore;
import java.io.IOException;

/**
 * Where the rows of one partition lie beyond the heap.
 *
 * @param store which all operators share
 * @param operator its number
 * @param partition its number
 * @param schema of the rows, keys first
 * @param heldBytes how many bytes the partition may hold from one epoch to the next
 */
public record SpillPlace(
    LocalStore store, int operator, int partition, Schema schema, int keyColumns, long heldBytes) {
  /** How many bytes {@link #prefix} has. */
  static final int PREFIX = 5;

  /** What all keys of the partition begin with that are of one kind. */
  byte[] prefix(byte kind) {
    return new byte[] {
      (byte) (operator >> 8), (byte) operator, (byte) (partition >> 8), (byte) partition, kind
    };
  }

  /** Removes all that there is of these kinds. */
  void clear(byte... kinds) throws IOException {
    try (LocalStore.Changes changes = store.change()) {
      for (byte kind : kinds) {
        changes.removeRange(prefix(kind), prefix((byte) (kind + 1)));
      }
      changes.apply();
    }
  }
}
