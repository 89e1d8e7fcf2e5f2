package dev.sluice.connectors;

import dev.sluice.operators.data.Batch;

/** The output of one epoch: parts written in parallel, committed together. */
public interface Write extends AutoCloseable {
  /** Drops its rows: for an epoch that was committed before, and for sinks that write nothing. */
  Write NOTHING = Nothing.WRITE;

  /**
   * The part of one worker; called by the loop's thread, once a worker, before rows flow. Part
   * order is row order.
   */
  Part part(int index);

  /**
   * All parts are finished: make everything visible. If this epoch was committed before, nothing
   * changes. Durable on return.
   */
  void commit();

  /** Without commit: nothing of it stays visible. */
  @Override
  void close();

  /** One worker's rows. Single-threaded. */
  interface Part {
    void write(Batch batch);

    /** Rows that wait for others go on their way: more may be a while in coming. */
    default void flush() {}

    /** After the last row; the part's bytes are durable, but not visible. */
    void finish();
  }
}
