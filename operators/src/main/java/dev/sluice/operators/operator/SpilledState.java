package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.state.StateStore;
import java.util.Iterator;

/**
 * Where all committed rows of one partition lie that need not be in the heap. Rows that are read
 * back are put and removed one batch after the other, up to {@link #restored}; those of an epoch
 * when it is committed. One thread at a time.
 */
interface SpilledState extends StateStore.Restorer {
  /** All rows have been read back. */
  void restored();

  /** Takes rows that an epoch changed. */
  default void commit(Batch rows) {
    put(rows);
  }

  /** The same rows; each batch is {@link #commit taken} when it is asked for. */
  default Iterable<Batch> taking(Iterable<Batch> rows) {
    return () -> {
      Iterator<Batch> all = rows.iterator();
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return all.hasNext();
        }

        @Override
        public Batch next() {
          Batch batch = all.next();
          commit(batch);
          return batch;
        }
      };
    };
  }

  /** So many keys of the epoch were not there before, and so many have gone. */
  void count(long added, long removed);

  /** Everything of the epoch has been put. */
  void committed();

  /** How many rows there are. */
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
