package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Schema;
import java.util.ArrayList;
import java.util.List;

/**
 * The keys of the rows of state that an epoch has removed, as {@code StatePartition} gives them.
 */
final class RemovedKeys {
  private final Schema schema;
  private final List<Batch> batches = new ArrayList<>();
  private long count;

  /** The keys of {@code slots[from..to)}. */
  @FunctionalInterface
  interface Keys {
    List<Column> of(int[] slots, int from, int to);
  }

  /**
   * @param schema of the keys
   */
  RemovedKeys(Schema schema) {
    this.schema = schema;
  }

  /** Copies the keys of the first {@code some} slots, which are still to be had. */
  void add(int[] slots, int some, Keys keys) {
    for (int from = 0; from < some; from += Batch.TARGET_ROWS) {
      int to = Math.min(some, from + Batch.TARGET_ROWS);
      batches.add(new Batch(schema, keys.of(slots, from, to), to - from));
    }
    count += some;
  }

  List<Batch> batches() {
    return batches;
  }

  long count() {
    return count;
  }

  void clear() {
    batches.clear();
    count = 0;
  }
}
