package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.state.StateStore;
import java.util.List;

/**
 * The part of an operator's keyed state whose keys hash to one partition, as its durable side sees
 * it: restored row by row, asked after each epoch what has changed. Rows have the columns of the
 * state's schema, keys first. One thread at a time.
 */
interface StatePartition extends StateStore.Restorer {
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
