package dev.sluice.operators.operator;

import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.spill.SpillPlace;
import dev.sluice.operators.spill.SpilledState;
import dev.sluice.operators.spill.StatePartition;
import dev.sluice.operators.state.LocalStore;
import dev.sluice.operators.state.StateStore;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The durable side of state that is kept by key: a store for each partition, which takes what an
 * epoch changed. Worker {@code w} owns the partitions {@code w}, {@code w + workers}, ...
 */
final class KeyedState implements Stage.Stateful {
  private final Shape shape;
  private final OperatorState operator;
  private final int workers;
  private final IntFunction<? extends List<? extends StatePartition>> newPartitions;
  private final Figures figures;
  private final long[] commitNanos;
  private List<? extends StatePartition> partitions = List.of();
  private List<StateStore> stores = List.of();
  // Of each partition whose rows lie beyond the heap; null for others.
  private @Nullable SpilledState[] spilled = new SpilledState[0];
  // The last that was begun of each partition.
  private BackgroundSnapshots.@Nullable Ticket[] snapshots = new BackgroundSnapshots.Ticket[0];

  /**
   * What is kept.
   *
   * @param schema of the rows, keys first
   * @param partitions of a new checkpoint
   * @param description in words, for the message when a checkpoint holds something else
   * @param empty one row of the columns that are no key, as if nothing had come: what a column that
   *     is added holds; none if no column may be
   */
  record Shape(
      Schema schema,
      int keyColumns,
      int partitions,
      String description,
      Optional<Supplier<List<Column>>> empty) {
    Shape(Schema schema, int keyColumns, int partitions, String description) {
      this(schema, keyColumns, partitions, description, Optional.empty());
    }
  }

  /**
   * What the stage counts itself, in the last epoch.
   *
   * @param updateMillis how long it took to bring the state up to date
   * @param droppedRows how many rows came too late
   */
  record Figures(
      LongSupplier updateMillis, LongSupplier droppedRows, Supplier<Map<String, Long>> custom) {}

  /**
   * @param newPartitions replaces the partitions of the stage by so many empty ones
   */
  KeyedState(
      Shape shape,
      OperatorState operator,
      int workers,
      IntFunction<? extends List<? extends StatePartition>> newPartitions,
      Figures figures) {
    this.shape = shape;
    this.operator = operator;
    this.workers = workers;
    this.newPartitions = newPartitions;
    this.figures = figures;
    this.commitNanos = new long[workers];
  }

  @Override
  public void open(long version) throws IOException {
    operator.snapshots().giveUp();
    stores = operator.open(version, shape);
    partitions = newPartitions.apply(stores.size());
    spilled = new SpilledState[stores.size()];
    snapshots = new BackgroundSnapshots.Ticket[stores.size()];
    Optional<LocalStore> local = operator.options().local().map(Supplier::get);
    if (local.isPresent()) {
      long held = local.get().heldBytes() / spilled.length;
      for (int p = 0; p < spilled.length; p++) {
        SpillPlace place =
            new SpillPlace(local.get(), operator.id(), p, shape.schema(), shape.keyColumns(), held);
        spilled[p] = partitions.get(p).spill(place).orElse(null);
      }
    }
  }

  @Override
  public void restore(int worker, long version) throws IOException {
    for (int p = worker; p < partitions.size(); p += workers) {
      SpilledState rows = spilled[p];
      if (rows != null) {
        stores.get(p).restore(version, rows);
        rows.restored();
      } else {
        stores.get(p).restore(version, partitions.get(p));
        partitions.get(p).restored();
      }
    }
  }

  @Override
  public void commit(int worker, long version) throws IOException {
    long start = Clock.SYSTEM.nanos();
    for (int p = worker; p < partitions.size(); p += workers) {
      StatePartition partition = partitions.get(p);
      StateStore store = stores.get(p);
      SpilledState rows = spilled[p];
      if (rows == null) {
        store.commit(version, partition.changed(), partition.removed(), partition.size());
      } else {
        Iterable<StateStore.Change> changes = rows.take();
        store.commit(version, changes, rows.size());
        rows.committed();
      }
      BackgroundSnapshots.Ticket last = snapshots[p];
      if ((last == null || last.isDone()) && store.wantsSnapshot(version)) {
        snapshots[p] = snapshot(p, version);
      }
    }
    commitNanos[worker] = Clock.SYSTEM.nanos() - start;
  }

  /**
   * Takes what a snapshot needs, to be written while later epochs run: of rows beyond the heap a
   * view, of others a copy in the form of the file, which is a fraction of what they take in the
   * heap. Where there is no room for that, the epoch waits.
   */
  private BackgroundSnapshots.@Nullable Ticket snapshot(int p, long version) throws IOException {
    StateStore store = stores.get(p);
    SpilledState rows = spilled[p];
    String name = operator.operatorName() + " (operator " + operator.id() + ")";
    if (rows != null) {
      SpilledState.Copy copy = rows.copy();
      StateStore.Snapshot snapshot = store.snapshot(version, copy, false);
      return operator.snapshots().write(snapshot, 0, name, copy::close);
    }
    long bytes = store.snapshotBytes();
    if (!operator.snapshots().hasRoom(bytes)) {
      operator.snapshots().write(store.snapshot(version, partitions.get(p).rows(), false), name);
      return null;
    }
    StateStore.Snapshot snapshot = store.snapshot(version, partitions.get(p).rows(), true);
    return operator.snapshots().write(snapshot, bytes, name, () -> {});
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
    long changed = 0;
    long removed = 0;
    long bytes = 0;
    for (StatePartition partition : partitions) {
      total += partition.size();
      changed += partition.changedCount();
      removed += partition.removedCount();
      bytes += partition.memoryBytes();
    }
    long longest = 0;
    for (long nanos : commitNanos) {
      longest = Math.max(longest, nanos);
    }
    Map<String, Long> custom = new LinkedHashMap<>();
    custom.put("stateOnCurrentVersionSizeBytes", bytes);
    custom.putAll(figures.custom().get());
    return new StateMetrics(
        operator.operatorName(),
        total,
        changed,
        figures.updateMillis().getAsLong(),
        removed,
        0,
        longest / 1_000_000,
        bytes,
        figures.droppedRows().getAsLong(),
        partitions.size(),
        custom);
  }
}
