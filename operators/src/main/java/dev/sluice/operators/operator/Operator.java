package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;

/**
 * A relational node that keeps nothing between rows, in one worker: what it gives for rows follows
 * from these rows alone. It lives as long as the dataflow and is called by one thread at a time,
 * which may be another in each epoch. What has to see all rows of an epoch is a {@link Stage}.
 */
interface Operator {
  /** Gives what follows from some rows of the epoch, in their order. */
  void process(Batch input, Emitter out);
}
