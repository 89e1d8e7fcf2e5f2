package dev.sluice.operators.operator;

import dev.sluice.operators.expression.Draws;
import dev.sluice.operators.expression.EvaluationContext;

/** What the operators of one worker share while an epoch runs. */
final class WorkerContext implements Draws.Rows {
  private static final int WORKER_BITS = 20;
  private static final int SOURCE_BITS = 6;
  private static final int PORT_BITS = 5;

  final int index;
  final Draws draws = new Draws(this);
  EvaluationContext evaluation = EvaluationContext.NONE;

  /** The place of the rows under way in the input of the epoch: rows of lower order come first. */
  long order;

  /** Whether the rows under way come out of a stage, where the workers share them anew. */
  boolean exchanged;

  WorkerContext(int index) {
    this.index = index;
  }

  void begin(Epoch epoch) {
    evaluation = new EvaluationContext(epoch.timestampMillis() * 1000L, epoch.id(), index, draws);
    order = 0;
    exchanged = false;
    draws.begin(epoch.salt());
  }

  void beginSplit(long newOrder) {
    order = newOrder;
    exchanged = false;
    draws.next();
  }

  @Override
  public int partition() {
    int port = (int) (order >>> 48) & (1 << PORT_BITS) - 1;
    long place = exchanged ? index : order & (1L << WORKER_BITS) - 1;
    long source = exchanged ? 0 : order >>> 32 & (1 << SOURCE_BITS) - 1;
    return (int) ((port << SOURCE_BITS | source) << WORKER_BITS | place);
  }
}
