package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import java.io.IOException;
import java.util.Optional;

/**
 * A node that must see all rows of an epoch before it gives one: it collects rows in each worker,
 * and gives them when the stages before it are done. For each epoch: {@link #begin}, any {@link
 * #process}, then {@link #flush} by every worker, then {@link #emit} by every worker.
 */
interface Stage {
  /** Forgets what an earlier epoch left. */
  void begin(Epoch epoch);

  /**
   * The same, and with {@code sameTables} the rows of static sources are those of the epoch before
   * and do not come again.
   */
  default void begin(Epoch epoch, boolean sameTables) {
    begin(epoch);
  }

  /** All rows of static sources have been given in. Called once an epoch, by one thread. */
  default void tablesRead(WorkerContext worker) {}

  /** Rows that a worker gives in; workers call at once. */
  void process(WorkerContext worker, Batch input);

  /** The worker has no more rows. Workers call at once. */
  void flush(WorkerContext worker);

  /** All workers have flushed: gives the worker's part of the result. Workers call at once. */
  void emit(WorkerContext worker);

  /**
   * True if an epoch without rows would give or forget something, were this the watermark of the
   * query.
   */
  default boolean wantsEpoch(long queryWatermarkMillis) {
    return false;
  }

  /** As above, by the clock too. */
  default boolean wantsEpoch(long queryWatermarkMillis, long nowMillis) {
    return wantsEpoch(queryWatermarkMillis);
  }

  /** Takes up the watermark of the query by which the state was cleaned last. */
  default void resume(long queryWatermarkMillis) {}

  /** What of it survives an epoch, if anything does. */
  default Optional<Stateful> state() {
    return Optional.empty();
  }

  /** The durable side of a stage. */
  interface Stateful {
    /** Opens the files for a version and forgets what is in memory. Called once, first. */
    void open(long version) throws IOException;

    /** Reads the part of the state that the worker owns. Workers call at once. */
    void restore(int worker, long version) throws IOException;

    /** Writes the part of the state that the worker owns. Workers call at once. */
    void commit(int worker, long version) throws IOException;

    void purgeBefore(long version) throws IOException;

    StateMetrics metrics();
  }
}
