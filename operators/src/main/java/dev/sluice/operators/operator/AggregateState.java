package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.state.StateStore;
import java.io.IOException;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;

/** The durable side of an aggregation: each partition writes the groups that an epoch touched. */
final class AggregateState implements Stage.Stateful {
  private final AggregatePlan plan;
  private final OperatorState operator;
  private final int workers;
  private final IntFunction<AggregatePartition[]> newPartitions;
  private AggregatePartition[] partitions = new AggregatePartition[0];
  private List<StateStore> stores = List.of();
  private final LongSupplier updateMillis;
  private final LongSupplier droppedRows;
  private final long[] commitNanos;

  /**
   * @param newPartitions replaces the partitions of the stage by so many empty ones
   * @param updateMillis how long the stage took to bring the state up to date
   * @param droppedRows how many rows came too late in the last epoch
   */
  AggregateState(
      AggregatePlan plan,
      OperatorState operator,
      int workers,
      IntFunction<AggregatePartition[]> newPartitions,
      LongSupplier updateMillis,
      LongSupplier droppedRows) {
    this.plan = plan;
    this.operator = operator;
    this.workers = workers;
    this.newPartitions = newPartitions;
    this.updateMillis = updateMillis;
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
            plan.global() ? 1 : operator.partitions(),
            plan.describe());
    partitions = newPartitions.apply(stores.size());
  }

  @Override
  public void restore(int worker, long version) throws IOException {
    for (int p = worker; p < partitions.length; p += workers) {
      stores.get(p).restore(version, new GroupRestorer(partitions[p].groups()));
      if (plan.eventTimeKey >= 0) {
        partitions[p].schedule(partitions[p].groups().table.liveSlots());
      }
    }
  }

  /** Puts rows of state into groups, each in the place of the group of the same key. */
  private final class GroupRestorer implements StateStore.Restorer {
    private final Groups groups;
    private final KeyCodec codec = new KeyCodec(plan.keyTypes);
    private final KeyBatch keys = new KeyBatch();

    GroupRestorer(Groups groups) {
      this.groups = groups;
    }

    @Override
    public void put(Batch rows) {
      int width = plan.keyTypes.size();
      codec.encode(rows.columns().subList(0, width), rows.rows(), keys);
      int[] slots = groups.slots(keys, null, rows.rows());
      groups.clear(slots, rows.rows());
      groups.merge(slots, rows.columns().subList(width, rows.columns().size()), rows.rows());
    }

    @Override
    public void remove(Batch removed) {
      codec.encode(removed.columns(), removed.rows(), keys);
      int[] slots = new int[removed.rows()];
      groups.table.find(keys, removed.rows(), slots);
      int count = 0;
      for (int slot : slots) {
        if (slot >= 0) {
          slots[count++] = slot;
        }
      }
      groups.remove(slots, count);
    }
  }

  @Override
  public void commit(int worker, long version) throws IOException {
    long start = Clock.SYSTEM.nanos();
    for (int p = worker; p < partitions.length; p += workers) {
      AggregatePartition partition = partitions[p];
      StateStore store = stores.get(p);
      int[] changed = partition.changed();
      store.commit(version, SlotBatches.of(changed, partition::stateRows), partition.removed());
      if (store.wantsSnapshot(version)) {
        int[] live = partition.groups().table.liveSlots();
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
    long touched = 0;
    long removed = 0;
    long bytes = 0;
    for (AggregatePartition partition : partitions) {
      removed += partition.removedCount();
      total += partition.groups().table.size();
      touched += partition.touchedCount();
      bytes += partition.groups().memoryBytes();
    }
    long longest = 0;
    for (long nanos : commitNanos) {
      longest = Math.max(longest, nanos);
    }
    return new StateMetrics(
        operator.operatorName(),
        total,
        touched,
        updateMillis.getAsLong(),
        removed,
        0,
        longest / 1_000_000,
        bytes,
        droppedRows.getAsLong(),
        partitions.length);
  }
}
