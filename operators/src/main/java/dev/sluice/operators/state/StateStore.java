package dev.sluice.operators.state;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Schema;
import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The durable side of one operator's keyed state in one partition: a change log each version, a
 * snapshot now and then. The operator itself holds the live state (arrays in a hash table) and
 * hands over the slots that changed. Versions are batch ids plus one, as in Spark: version {@code
 * v} is the state after batch {@code v - 1}; version 0 is empty.
 */
public interface StateStore {
  /** The columns of a row of state: keys first. */
  Schema schema();

  /**
   * The state at a version: batches of rows to put in order, each row replacing the row of the same
   * key, and rows to remove. Fails with a {@link
   * dev.sluice.operators.diagnostics.PipelineException} naming the file when something is missing
   * or damaged.
   */
  void restore(long version, Restorer into) throws IOException;

  /** Receives a state being restored, in order. */
  interface Restorer {
    void put(Batch rows);

    /** Rows of which only the key columns count. */
    void remove(Batch keys);
  }

  /**
   * Rows to put, or to remove.
   *
   * @param rows of a removal only the key columns
   */
  record Change(boolean isRemoval, Batch rows) {
    static Change put(Batch rows) {
      return new Change(false, rows);
    }

    static Change removal(Batch keys) {
      return new Change(true, keys);
    }

    /** Removals, then puts, each made when it is asked for. */
    public static Iterable<Change> of(List<Batch> removals, Iterable<Batch> puts) {
      return () ->
          Stream.concat(
                  removals.stream().map(Change::removal),
                  StreamSupport.stream(puts.spliterator(), false).map(Change::put))
              .iterator();
    }
  }

  /**
   * Writes the changes that make {@code version} out of the version before. Durable on return.
   * Writing a version again replaces it: a batch that is run again gives an equal one. The changes
   * are taken one after the other, and a later one of a key counts.
   *
   * @param rows how many rows there are then, for people; -1 if that is not known
   */
  void commit(long version, Iterable<Change> changes, long rows) throws IOException;

  /** As above, removals first. */
  default void commit(long version, Iterable<Batch> puts, List<Batch> removals, long rows)
      throws IOException {
    commit(version, Change.of(removals, puts), rows);
  }

  /** As above, with rows that nobody has counted. */
  default void commit(long version, Iterable<Batch> puts, List<Batch> removals) throws IOException {
    commit(version, puts, removals, -1);
  }

  /** True if a snapshot is due, that is, if many change logs would have to be replayed. */
  boolean wantsSnapshot(long version);

  /**
   * Begins to write the whole state at {@code version}, which has been committed. The rows are
   * taken one batch after the other, so that they need not be in memory at once.
   *
   * @param copied true if rows are taken now, in the form of the file, so that they may change
   *     afterwards; false if they are taken while they are written
   */
  Snapshot snapshot(long version, Iterable<Batch> rows, boolean copied) throws IOException;

  /** Writes the whole state at {@code version}, which has been committed. */
  default void snapshot(long version, Iterable<Batch> rows) throws IOException {
    snapshot(version, rows, false).write(() -> false);
  }

  /** About how many bytes a snapshot would have by now. */
  long snapshotBytes();

  /** A snapshot to be written by any thread, once; batches may be committed in the meantime. */
  interface Snapshot {
    /**
     * Writes it. Until that is done nothing of it is seen, and it takes nobody's place.
     *
     * @param stopped asked now and then; once it is true, nothing is written
     * @throws java.util.concurrent.CancellationException if it was stopped
     */
    void write(BooleanSupplier stopped) throws IOException;
  }

  /** Versions below may be forgotten, except what later ones need. */
  void purgeBefore(long version) throws IOException;
}
