package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.state.StateStore;
import java.io.IOException;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;

/** The durable side of a deduplication: the keys that are known, those that an epoch changed. */
final class DeduplicateState implements Stage.Stateful {
  private final DeduplicatePlan plan;
  private final OperatorState operator;
  private final int workers;
  private final IntFunction<DeduplicatePartition[]> newPartitions;
  private final LongSupplier droppedRows;
  private final long[] commitNanos;
  private DeduplicatePartition[] partitions = new DeduplicatePartition[0];
  private List<StateStore> stores = List.of();

  /**
   * @param newPartitions replaces the partitions of the stage by so many empty ones
   * @param droppedRows how many rows came too late in the last epoch
   */
  DeduplicateState(
      DeduplicatePlan plan,
      OperatorState operator,
      int workers,
      IntFunction<DeduplicatePartition[]> newPartitions,
      LongSupplier droppedRows) {
    this.plan = plan;
    this.operator = operator;
    this.workers = workers;
    this.newPartitions = newPartitions;
    this.droppedRows = droppedRows;
    this.commitNanos = new long[workers];
  }

  @Override
  public void open(long version) throws IOException {
    stores =
        operator.open(
            version,
            plan.stateSchema,
            plan.keyTypes.size(),
            operator.partitions(),
            plan.describe());
    partitions = newPartitions.apply(stores.size());
  }

  @Override
  public void restore(int worker, long version) throws IOException {
    for (int p = worker; p < partitions.length; p += workers) {
      DeduplicatePartition partition = partitions[p];
      stores
          .get(p)
          .restore(
              version,
              new StateStore.Restorer() {
                @Override
                public void put(Batch rows) {
                  partition.restore(rows);
                }

                @Override
                public void remove(Batch keys) {
                  partition.restoreRemoval(keys);
                }
              });
    }
  }

  @Override
  public void commit(int worker, long version) throws IOException {
    long start = Clock.SYSTEM.nanos();
    for (int p = worker; p < partitions.length; p += workers) {
      DeduplicatePartition partition = partitions[p];
      StateStore store = stores.get(p);
      store.commit(
          version, SlotBatches.of(partition.added(), partition::stateRows), partition.removed());
      if (store.wantsSnapshot(version)) {
        int[] live = partition.table.liveSlots();
        store.snapshot(version, SlotBatches.of(live, partition::stateRows));
      }
    }
    commitNanos[worker] = Clock.SYSTEM.nanos() - start;
  }

  @Override
  public void purgeBefore(long version) throws IOException {
    for (StateStore store : stores) {
      store.purgeBefore(version);
    }
  }

  @Override
  public StateMetrics metrics() {
    long total = 0;
    long added = 0;
    long removed = 0;
    long bytes = 0;
    for (DeduplicatePartition partition : partitions) {
      total += partition.table.size();
      added += partition.addedCount();
      removed += partition.removedCount();
      bytes += partition.table.memoryBytes();
    }
    long longest = 0;
    for (long nanos : commitNanos) {
      longest = Math.max(longest, nanos);
    }
    return new StateMetrics(
        operator.operatorName(),
        total,
        added,
        0,
        removed,
        0,
        longest / 1_000_000,
        bytes,
        droppedRows.getAsLong(),
        partitions.length);
  }
}
