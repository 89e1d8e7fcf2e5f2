package dev.sluice.operators.spill;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.state.StateStore;

/**
 * Where all committed rows of one partition lie that need not be in the heap. Rows that are read
 * back are put and removed one batch after the other, up to {@link #restored}; those of an epoch
 * when it is committed. One thread at a time.
 */
public interface SpilledState extends StateStore.Restorer {
  /** All rows have been read back. */
  void restored();

  /**
   * Takes what the epoch has changed, and gives it to be logged: rows are taken when they are asked
   * for, each batch once.
   */
  Iterable<StateStore.Change> take();

  /** All changes of the epoch have been taken and logged. */
  void committed();

  /** How many rows there are, with those that {@link #take} gives. */
  long size();

  /** All rows. */
  Iterable<Batch> rows();

  /** All rows as they are now, whatever comes later, to be read once by any thread. */
  Copy copy();

  /** Rows as they were. */
  interface Copy extends Iterable<Batch>, AutoCloseable {
    @Override
    void close();
  }
}
