package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.plan.OutputMode;
import dev.sluice.operators.plan.Rel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An aggregation over all workers. Each worker keeps groups of its own and hands them, by the hash
 * of their keys, to the partition that owns them; where that saves nothing, because most keys are
 * new, rows go to the partitions at once.
 *
 * <p>Where the order of rows counts, a worker hands its groups over after each split, and they are
 * merged in the order of splits.
 */
final class AggregateStage implements GroupStage {
  /** More groups than this do not fit the cache of a core: they are handed over. */
  private static final int LARGEST_PARTIAL = 1 << 15;

  private static final int[] NONE = new int[0];

  private final AggregatePlan plan;
  private final Part[] parts;
  private final List<Outputs> updated = new ArrayList<>();
  private final List<Outputs> complete = new ArrayList<>();
  private final List<Outputs> closed = new ArrayList<>();
  private List<AggregatePartition> partitions;
  private final @Nullable KeyedState state;
  private long lateMillis;
  private long watermarkMillis;

  /** What one worker holds while rows come. */
  private static final class Part {
    final KeyCodec codec;
    final KeyBatch keys = new KeyBatch();
    @Nullable Groups groups;
    long rows;
    long order;
    long updateNanos;
    long dropped;
    boolean direct;
    final List<Kept> kept = new ArrayList<>();

    Part(AggregatePlan plan) {
      this.codec = new KeyCodec(plan.keyTypes);
    }
  }

  /** Rows that wait for all others, because each value counts once, whoever read it. */
  private record Kept(long order, int worker, Batch rows) {}

  /**
   * @param store opens the state of the operator; none for an aggregation of a batch, or of a query
   *     without checkpoint
   */
  AggregateStage(AggregatePlan plan, int workers, Optional<OperatorState> store) {
    this.plan = plan;
    this.parts = new Part[workers];
    for (int i = 0; i < workers; i++) {
      parts[i] = new Part(plan);
      updated.add(new Outputs());
      complete.add(new Outputs());
      closed.add(new Outputs());
    }
    this.partitions = partitions(plan.global() ? 1 : workers);
    this.state =
        store
            .map(
                operator ->
                    new KeyedState(
                        plan.shape(operator.partitions()),
                        operator,
                        workers,
                        this::replacePartitions,
                        new KeyedState.Figures(this::updateMillis, this::dropped)))
            .orElse(null);
  }

  private List<AggregatePartition> partitions(int count) {
    List<AggregatePartition> made = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      made.add(new AggregatePartition(plan));
    }
    return made;
  }

  private List<AggregatePartition> replacePartitions(int count) {
    partitions = partitions(count);
    return partitions;
  }

  @Override
  public Outputs output(OutputMode mode, int worker) {
    boolean all = mode == OutputMode.COMPLETE || plan.node.scope() == Rel.Aggregate.Scope.BATCH;
    return (all ? complete : mode == OutputMode.UPDATE ? updated : closed).get(worker);
  }

  /** True if groups go when the watermark passes: all of them stay for a complete result. */
  private boolean expires() {
    return plan.eventTimeKey >= 0 && complete.get(0).isEmpty();
  }

  @Override
  public void resume(long queryWatermarkMillis) {
    watermarkMillis = WatermarkFlow.into(plan.node, queryWatermarkMillis);
  }

  @Override
  public boolean wantsEpoch(long queryWatermarkMillis) {
    return plan.node.scope() == Rel.Aggregate.Scope.STREAM
        && complete.get(0).isEmpty()
        && WatermarkFlow.into(plan.node, queryWatermarkMillis) > watermarkMillis;
  }

  private long dropped() {
    long dropped = 0;
    for (Part part : parts) {
      dropped += part.dropped;
    }
    return dropped;
  }

  @Override
  public void begin(Epoch epoch) {
    lateMillis = WatermarkFlow.into(plan.node, epoch.lateWatermarkMillis());
    watermarkMillis = WatermarkFlow.into(plan.node, epoch.watermarkMillis());
    for (AggregatePartition partition : partitions) {
      if (plan.node.scope() == Rel.Aggregate.Scope.BATCH) {
        partition.reset();
      } else {
        partition.begin();
      }
    }
    for (Part part : parts) {
      part.groups = null;
      part.rows = 0;
      part.order = 0;
      part.dropped = 0;
      part.direct = parts.length == 1;
      part.kept.clear();
    }
  }

  @Override
  public void process(WorkerContext worker, Batch rows) {
    Part part = parts[worker.index];
    Batch input = expires() ? onTime(part, worker, rows) : rows;
    if (input.rows() == 0) {
      return;
    }
    if (plan.distinct && parts.length > 1) {
      part.kept.add(new Kept(worker.order, worker.index, input));
      return;
    }
    if (plan.ordered && part.groups != null && part.order != worker.order) {
      handOver(part, worker);
    }
    part.order = worker.order;
    if (part.direct) {
      addToPartitions(part, worker, input);
      return;
    }
    part.codec.encode(plan.keys.evaluate(input, worker.evaluation), input.rows(), part.keys);
    Groups groups = part.groups;
    if (groups == null) {
      groups = new Groups(plan);
      part.groups = groups;
    }
    groups.add(input, groups.slots(part.keys, null, input.rows()), worker.evaluation);
    part.rows += input.rows();
    if (groups.table.size() > LARGEST_PARTIAL && !plan.ordered) {
      part.direct = groups.table.size() > part.rows / 2;
      handOver(part, worker);
    }
  }

  /** The rows whose group is not over yet by the watermark of the batch before. */
  private Batch onTime(Part part, WorkerContext worker, Batch rows) {
    Column times = plan.eventTime(rows, worker.evaluation);
    int[] kept = EventTimes.of(times).onTime(rows.rows(), lateMillis);
    if (kept == EventTimes.ALL) {
      return rows;
    }
    part.dropped += rows.rows() - kept.length;
    return rows.select(kept, kept.length);
  }

  private void addToPartitions(Part part, WorkerContext worker, Batch input) {
    int rows = input.rows();
    part.codec.encode(plan.keys.evaluate(input, worker.evaluation), rows, part.keys);
    if (partitions.size() == 1) {
      partitions.get(0).add(input, part.keys, null, rows, worker.evaluation);
      return;
    }
    int[][] split = Hashing.split(part.keys, rows, partitions.size());
    for (int p = 0; p < partitions.size(); p++) {
      if (split[p].length > 0) {
        partitions.get(p).add(input, part.keys, split[p], split[p].length, worker.evaluation);
      }
    }
  }

  /** Gives the worker's groups to the partitions that own them. */
  private void handOver(Part part, WorkerContext worker) {
    Groups groups = part.groups;
    part.groups = null;
    part.rows = 0;
    if (groups == null) {
      return;
    }
    int[] slots = groups.table.liveSlots();
    for (int from = 0; from < slots.length; from += Batch.TARGET_ROWS) {
      int to = Math.min(slots.length, from + Batch.TARGET_ROWS);
      List<Column> keys = groups.table.keys(slots, from, to);
      List<Column> states = groups.state(slots, from, to);
      part.codec.encode(keys, to - from, part.keys);
      int[][] split = Hashing.split(part.keys, to - from, partitions.size());
      for (int p = 0; p < split.length; p++) {
        if (split[p].length > 0) {
          give(partitions.get(p), part, worker, split[p], keys, states);
        }
      }
    }
  }

  private void give(
      AggregatePartition partition,
      Part part,
      WorkerContext worker,
      int[] rows,
      List<Column> keys,
      List<Column> states) {
    List<Column> picked = select(states, rows);
    if (plan.ordered) {
      Schema schema = plan.keySchema;
      Batch own = new Batch(schema, select(keys, rows), rows.length);
      partition.keep(part.order, worker.index, own, picked);
    } else {
      partition.merge(part.keys, rows, rows.length, picked);
    }
  }

  private static List<Column> select(List<Column> columns, int[] rows) {
    List<Column> picked = new ArrayList<>(columns.size());
    for (Column column : columns) {
      picked.add(column.select(rows, rows.length));
    }
    return picked;
  }

  @Override
  public void flush(WorkerContext worker) {
    long start = Clock.SYSTEM.nanos();
    flushRows(worker);
    parts[worker.index].updateNanos = Clock.SYSTEM.nanos() - start;
  }

  /** How long the slowest worker took to merge what the epoch brought. */
  long updateMillis() {
    long longest = 0;
    for (Part part : parts) {
      longest = Math.max(longest, part.updateNanos);
    }
    return longest / 1_000_000;
  }

  private void flushRows(WorkerContext worker) {
    if (plan.distinct && parts.length > 1) {
      if (worker.index == 0) {
        addKept(worker);
      }
      return;
    }
    handOver(parts[worker.index], worker);
  }

  private void addKept(WorkerContext worker) {
    List<Kept> all = new ArrayList<>();
    for (Part part : parts) {
      all.addAll(part.kept);
    }
    all.sort(Comparator.comparingLong(Kept::order).thenComparingInt(Kept::worker));
    for (Kept kept : all) {
      addToPartitions(parts[0], worker, kept.rows());
    }
  }

  @Override
  public void emit(WorkerContext worker) {
    long start = Clock.SYSTEM.nanos();
    emitRows(worker);
    parts[worker.index].updateNanos += Clock.SYSTEM.nanos() - start;
  }

  private void emitRows(WorkerContext worker) {
    Part part = parts[worker.index];
    for (int p = worker.index; p < partitions.size(); p += parts.length) {
      AggregatePartition partition = partitions.get(p);
      partition.mergePending(part.codec, part.keys);
      if (plan.global()) {
        partition.touchGlobal(part.codec, part.keys);
      }
      worker.order = p;
      int[] due = expires() ? due(partition) : NONE;
      if (!closed.get(worker.index).isEmpty()) {
        partition.emit(due, closed.get(worker.index));
      }
      if (!updated.get(worker.index).isEmpty()) {
        partition.emit(partition.touched(), updated.get(worker.index));
      }
      if (!complete.get(worker.index).isEmpty()) {
        partition.emitAll(complete.get(worker.index));
      }
      if (due.length > 0) {
        partition.remove(due);
      }
    }
  }

  private int[] due(AggregatePartition partition) {
    partition.schedule(partition.touched());
    return partition.due(watermarkMillis);
  }

  @Override
  public Optional<Stateful> state() {
    return Optional.ofNullable(state);
  }
}
