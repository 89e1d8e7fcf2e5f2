package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;

/**
 * Runs one relational node in one worker. Lives across epochs; single-threaded within an epoch (the
 * thread may change between epochs). The planner makes one chain of operators a worker.
 */
public interface Operator extends AutoCloseable {
  /**
   * Once an epoch, before its rows. Keyed state is at the version of the epoch before. A repeated
   * id is a replay.
   */
  default void begin(Epoch epoch) {}

  /**
   * Rows of the epoch; {@code port} is the index of the input, 0 unless there are several. Never
   * outside begin and end.
   */
  void process(int port, Batch input, Emitter out);

  /** All rows of the epoch have been seen: flush what is due. */
  default void end(Emitter out) {}

  /** Once, also after a failure. */
  @Override
  default void close() {}
}
