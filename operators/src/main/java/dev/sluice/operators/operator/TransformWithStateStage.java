package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.keyed.EventTimes;
import dev.sluice.operators.keyed.KeyBatch;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.plan.StateProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The operator of Spark's {@code transformWithState}: runs a {@link StateProgram}. Workers put rows
 * aside by the partition that owns their keys; when all have, each {@link FoldPartition} takes its
 * rows in the order of the input, then what has timed out. What a partition is made of is called
 * {@code Fold...}: a state is folded over the rows of its key.
 */
final class TransformWithStateStage implements Stage {
  private final TransformWithStatePlan plan;
  private final List<Outputs> outputs;
  private final KeyedPartitions<FoldPartition> keyed;
  private final HeldRows held;
  private final HeldRows initial;
  private Epoch epoch = new Epoch(0, 0, 0, 0);

  TransformWithStateStage(
      TransformWithStatePlan plan,
      int workers,
      List<Outputs> outputs,
      Optional<OperatorState> store) {
    this.plan = plan;
    this.outputs = outputs;
    this.keyed =
        new KeyedPartitions<>(
            plan.node,
            workers,
            workers,
            () -> new FoldPartition(plan),
            plan::codec,
            plan::shape,
            store);
    this.held = new HeldRows(workers);
    this.initial = new HeldRows(workers);
  }

  @Override
  public void begin(Epoch next) {
    epoch = next;
    keyed.begin(next);
    if (!Rel.streams(plan.node)) {
      keyed.clear();
    }
    held.begin(keyed.count());
    initial.begin(keyed.count());
  }

  @Override
  public void resume(long queryWatermarkMillis) {
    keyed.resume(queryWatermarkMillis);
  }

  /** As Spark: whenever the watermark has moved; by the clock of batches only when a key is due. */
  @Override
  public boolean wantsEpoch(long queryWatermarkMillis, long nowMillis) {
    if (!plan.timesOut() && !plan.fires()) {
      return false;
    }
    return plan.program.timesOutBy(StateProgram.Clock.EVENT_TIME)
        ? keyed.wouldMove(queryWatermarkMillis)
        : keyed.all().stream().anyMatch(p -> p.anyDue(nowMillis));
  }

  @Override
  public void process(WorkerContext worker, Batch input) {
    Optional<EventTimes> times = plan.lateness(input);
    Batch rows = times.isPresent() ? keyed.onTime(worker, input, times.get()) : input;
    if (rows.rows() == 0) {
      return;
    }
    hold(worker, rows, plan.keys, held);
  }

  /** Rows that states begin with; they count in the first epoch only, as in Spark. */
  void processInitial(WorkerContext worker, Batch input) {
    if (input.rows() > 0 && (epoch.id() == 0 || !Rel.streams(plan.node))) {
      hold(worker, input, plan.initialKeys, initial);
    }
  }

  private void hold(WorkerContext worker, Batch rows, Evaluations keys, HeldRows into) {
    if (keyed.count() == 1) {
      into.add(worker, 0, rows, List.of());
      return;
    }
    KeyBatch batch = keyed.encode(worker, keys.evaluate(rows, worker.evaluation), rows.rows());
    into.add(worker, keyed.split(batch, rows.rows()), rows, List.of());
  }

  @Override
  public void flush(WorkerContext worker) {}

  @Override
  public void emit(WorkerContext worker) {
    Outputs out = outputs.get(worker.index);
    keyed.each(
        worker,
        (p, partition) -> {
          partition.begin(epoch);
          // Of the rows that come out, those of one key stay in order.
          worker.order = p;
          partition.take(rows(initial, p), rows(held, p), worker.evaluation, out);
          partition.end(worker.evaluation, out);
        });
  }

  private static List<Batch> rows(HeldRows of, int partition) {
    List<Batch> rows = new ArrayList<>();
    of.take(partition).forEach(held -> rows.add(held.rows()));
    return rows;
  }

  @Override
  public Optional<Stateful> state() {
    return keyed.state();
  }
}
