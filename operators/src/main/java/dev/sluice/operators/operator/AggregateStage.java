package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.keyed.EventTimes;
import dev.sluice.operators.keyed.KeyBatch;
import dev.sluice.operators.keyed.KeyCodec;
import dev.sluice.operators.plan.OutputMode;
import dev.sluice.operators.plan.Rel;
import java.util.ArrayList;
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

  private final AggregatePlan plan;
  private final Part[] parts;
  // Rows whose values count once, whoever read them.
  private final HeldRows held;
  private final List<Outputs> updated = new ArrayList<>();
  private final List<Outputs> complete = new ArrayList<>();
  private final List<Outputs> closed = new ArrayList<>();
  private final KeyedPartitions<AggregatePartition> keyed;

  /** What one worker holds while rows come. */
  private static final class Part {
    @Nullable Groups groups;
    long rows;
    long order;
    boolean direct;
  }

  /**
   * @param store opens the state of the operator; none for an aggregation of a batch, or of a query
   *     without checkpoint
   */
  AggregateStage(AggregatePlan plan, int workers, Optional<OperatorState> store) {
    this.plan = plan;
    this.parts = new Part[workers];
    for (int i = 0; i < workers; i++) {
      parts[i] = new Part();
      updated.add(new Outputs());
      complete.add(new Outputs());
      closed.add(new Outputs());
    }
    this.held = new HeldRows(workers);
    this.keyed =
        new KeyedPartitions<>(
            plan.node,
            workers,
            plan.global() ? 1 : workers,
            () -> new AggregatePartition(plan),
            () -> new KeyCodec(plan.keyTypes),
            plan::shape,
            store);
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
    keyed.resume(queryWatermarkMillis);
  }

  @Override
  public boolean wantsEpoch(long queryWatermarkMillis) {
    return plan.node.scope() == Rel.Aggregate.Scope.STREAM
        && complete.get(0).isEmpty()
        && keyed.wouldMove(queryWatermarkMillis);
  }

  @Override
  public void begin(Epoch epoch) {
    keyed.begin(epoch);
    for (AggregatePartition partition : keyed.all()) {
      if (plan.node.scope() == Rel.Aggregate.Scope.BATCH) {
        partition.reset();
      } else {
        partition.begin();
      }
    }
    held.begin(1);
    for (Part part : parts) {
      part.groups = null;
      part.rows = 0;
      part.order = 0;
      part.direct = parts.length == 1;
    }
  }

  @Override
  public void process(WorkerContext worker, Batch rows) {
    Part part = parts[worker.index];
    Batch input = expires() ? onTime(worker, rows) : rows;
    if (input.rows() == 0) {
      return;
    }
    if (plan.distinct && parts.length > 1) {
      held.add(worker, 0, input, List.of());
      return;
    }
    if (plan.ordered && part.groups != null && part.order != worker.order) {
      handOver(part, worker);
    }
    part.order = worker.order;
    if (part.direct) {
      addToPartitions(worker, input);
      return;
    }
    KeyBatch keys = keys(worker, input);
    Groups groups = part.groups;
    if (groups == null) {
      groups = new Groups(plan);
      part.groups = groups;
    }
    groups.add(input, groups.slots(keys, null, input.rows()), worker.evaluation);
    part.rows += input.rows();
    if (groups.table.size() > LARGEST_PARTIAL && !plan.ordered) {
      part.direct = groups.table.size() > part.rows / 2;
      handOver(part, worker);
    }
  }

  private KeyBatch keys(WorkerContext worker, Batch input) {
    return keyed.encode(worker, plan.keys.evaluate(input, worker.evaluation), input.rows());
  }

  /** The rows whose group is not over yet by the watermark of the batch before. */
  private Batch onTime(WorkerContext worker, Batch rows) {
    return keyed.onTime(worker, rows, EventTimes.of(plan.eventTime(rows, worker.evaluation)));
  }

  private void addToPartitions(WorkerContext worker, Batch input) {
    int rows = input.rows();
    KeyBatch keys = keys(worker, input);
    if (keyed.count() == 1) {
      keyed.get(0).add(input, keys, null, rows, worker.evaluation);
      return;
    }
    int[][] split = keyed.split(keys, rows);
    for (int p = 0; p < split.length; p++) {
      if (split[p].length > 0) {
        keyed.get(p).add(input, keys, split[p], split[p].length, worker.evaluation);
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
      KeyBatch encoded = keyed.encode(worker, keys, to - from);
      int[][] split = keyed.split(encoded, to - from);
      for (int p = 0; p < split.length; p++) {
        if (split[p].length > 0) {
          give(keyed.get(p), worker, split[p], keys, encoded, states);
        }
      }
    }
  }

  private void give(
      AggregatePartition partition,
      WorkerContext worker,
      int[] rows,
      List<Column> keys,
      KeyBatch encoded,
      List<Column> states) {
    List<Column> picked = select(states, rows);
    if (plan.ordered) {
      Schema schema = plan.keySchema;
      Batch own = new Batch(schema, select(keys, rows), rows.length);
      partition.keep(parts[worker.index].order, worker.index, own, picked);
    } else {
      partition.merge(encoded, rows, rows.length, picked);
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
    keyed.timed(worker, () -> flushRows(worker));
  }

  private void flushRows(WorkerContext worker) {
    if (plan.distinct && parts.length > 1) {
      if (worker.index == 0) {
        held.take(0).forEach(some -> addToPartitions(worker, some.rows()));
      }
      return;
    }
    handOver(parts[worker.index], worker);
  }

  @Override
  public void emit(WorkerContext worker) {
    keyed.each(worker, (p, partition) -> emit(worker, p, partition));
  }

  private void emit(WorkerContext worker, int number, AggregatePartition partition) {
    partition.mergePending();
    if (plan.global()) {
      partition.touchGlobal();
    }
    partition.load();
    worker.order = number;
    if (!updated.get(worker.index).isEmpty()) {
      partition.emit(partition.touched(), updated.get(worker.index));
    }
    if (!complete.get(worker.index).isEmpty()) {
      partition.emitAll(complete.get(worker.index));
    }
    if (expires()) {
      partition.schedule(partition.touched());
      partition.close(keyed.watermarkMillis(), closed.get(worker.index));
    }
  }

  @Override
  public Optional<Stateful> state() {
    return keyed.state();
  }
}
