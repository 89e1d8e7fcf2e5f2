package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.plan.StateProgram;
import java.util.List;
import java.util.Optional;

/**
 * Runs a {@link StateProgram}: workers put rows aside by the partition that owns their keys; when
 * all have, each partition takes its rows in the order of the input, then what has timed out.
 */
final class FoldStage implements Stage {
  private static final HeldRows.Held NOTHING =
      new HeldRows.Held(0, 0, new Batch(Schema.EMPTY, List.of(), 0), List.of());

  private final FoldPlan plan;
  private final List<Outputs> outputs;
  private final KeyedPartitions<FoldPartition> keyed;
  private final HeldRows held;
  private Epoch epoch = new Epoch(0, 0, 0, 0);

  FoldStage(FoldPlan plan, int workers, List<Outputs> outputs, Optional<OperatorState> store) {
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
  }

  @Override
  public void begin(Epoch next) {
    epoch = next;
    keyed.begin(next);
    if (!Rel.streams(plan.node)) {
      keyed.clear();
    }
    held.begin(keyed.count());
  }

  @Override
  public void resume(long queryWatermarkMillis) {
    keyed.resume(queryWatermarkMillis);
  }

  /** As Spark: whenever the watermark has moved; by the clock of batches only when a key is due. */
  @Override
  public boolean wantsEpoch(long queryWatermarkMillis, long nowMillis) {
    if (plan.program.timesOutBy(StateProgram.Clock.EVENT_TIME)) {
      return plan.timesOut() && keyed.wouldMove(queryWatermarkMillis);
    }
    return plan.timesOut() && keyed.all().stream().anyMatch(p -> p.timesOutBefore(nowMillis));
  }

  @Override
  public void process(WorkerContext worker, Batch input) {
    Optional<EventTimes> times = plan.lateness(input);
    Batch rows = times.isPresent() ? keyed.onTime(worker, input, times.get()) : input;
    if (rows.rows() == 0) {
      return;
    }
    if (keyed.count() == 1) {
      held.add(worker, 0, rows, List.of());
      return;
    }
    List<Column> keyColumns = plan.keys.evaluate(rows, worker.evaluation);
    KeyBatch keys = keyed.encode(worker, keyColumns, rows.rows());
    held.add(worker, keyed.split(keys, rows.rows()), rows, List.of());
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
          List<HeldRows.Held> waiting = held.take(p);
          partition.load(waiting.stream().map(HeldRows.Held::rows).toList(), worker.evaluation);
          // Of the rows that come out, those of one key stay in order.
          worker.order = p;
          for (int i = 0; i < waiting.size(); i++) {
            partition.fold(waiting.get(i).rows(), worker.evaluation, out);
            // What has been folded need not be held any longer.
            waiting.set(i, NOTHING);
          }
          partition.end(worker.evaluation, out);
        });
  }

  @Override
  public Optional<Stateful> state() {
    return keyed.state();
  }
}
