package dev.sluice.operators.spill;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.state.StateStore;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The part of an operator's keyed state whose keys hash to one partition, as its durable side sees
 * it: restored row by row, asked after each epoch what has changed. Rows have the columns of the
 * state's schema, keys first. One thread at a time.
 */
public interface StatePartition extends StateStore.Restorer {
  /**
   * Lets the rows that were committed lie there; called once, before the first row. Nothing for a
   * partition that keeps all rows in the heap: what is restored is put into it.
   */
  default Optional<SpilledState> spill(SpillPlace place) throws IOException {
    return Optional.empty();
  }

  /** All rows of the version have been put. */
  default void restored() {}

  /** The rows that the epoch put or replaced and that are still there. */
  Iterable<Batch> changed();

  /** The keys of rows that were there before the epoch and are no more. */
  List<Batch> removed();

  /** All rows. */
  Iterable<Batch> rows();

  /** How many rows there are. */
  long size();

  /** How many rows the epoch put or replaced. */
  long changedCount();

  long removedCount();

  /** How many of the rows that the epoch put have a key that was not there. */
  long addedCount();

  /** The memory that the rows take. */
  long memoryBytes();
}
