package dev.sluice.operators.operator;

import java.util.function.IntFunction;

/** The durable side of an aggregation. */
final class AggregateState implements Stage.Stateful {
  AggregateState(
      AggregatePlan plan, OperatorState operator, IntFunction<AggregatePartition[]> partitions) {}

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
