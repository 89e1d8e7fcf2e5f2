package dev.sluice.operators.operator;

/** The durable side of a limit over a whole stream. */
final class LimitState implements Stage.Stateful {
  LimitState(OperatorState operator, LimitStage stage) {}

  @Override
  public void restore(long version) {}

  @Override
  public void commit(int worker, long version) {}

  @Override
  public void purgeBefore(long version) {}

  @Override
  public StateMetrics metrics() {
    throw new UnsupportedOperationException();
  }
}
