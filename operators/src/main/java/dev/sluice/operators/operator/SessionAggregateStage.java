package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.keyed.EventTimes;
import dev.sluice.operators.keyed.KeyBatch;
import dev.sluice.operators.keyed.KeyCodec;
import dev.sluice.operators.plan.OutputMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A running aggregation by session: sessions of one owner (the other keys) that overlap or touch
 * are one, across batches too. They come out once the watermark has reached their end, or all in
 * each epoch for a complete result.
 *
 * <p>Rows go to the partition of their owner as they come; where the order of values counts, they
 * wait until all are there, to be taken in the order of time. Unlike groups that do not merge, late
 * rows are dropped for a complete result too, as Spark does.
 */
final class SessionAggregateStage implements GroupStage {
  private final SessionPlan plan;
  private final List<Outputs> complete = new ArrayList<>();
  private final List<Outputs> closed = new ArrayList<>();
  private final KeyedPartitions<SessionPartition> keyed;
  private final HeldRows held;

  /**
   * @param store opens the state of the operator; none for a query without checkpoint
   */
  SessionAggregateStage(SessionPlan plan, int workers, Optional<OperatorState> store) {
    this.plan = plan;
    for (int i = 0; i < workers; i++) {
      complete.add(new Outputs());
      closed.add(new Outputs());
    }
    this.keyed =
        new KeyedPartitions<>(
            plan.groups.node,
            workers,
            workers,
            () -> new SessionPartition(plan),
            () -> new KeyCodec(plan.ownerTypes),
            plan::shape,
            store);
    this.held = new HeldRows(workers);
  }

  /** Sessions are not given as they grow: an update would have to take back those that merged. */
  @Override
  public Outputs output(OutputMode mode, int worker) {
    return (mode == OutputMode.COMPLETE ? complete : closed).get(worker);
  }

  private boolean expires() {
    return plan.endsByWatermark() && complete.get(0).isEmpty();
  }

  @Override
  public void resume(long queryWatermarkMillis) {
    keyed.resume(queryWatermarkMillis);
  }

  @Override
  public boolean wantsEpoch(long queryWatermarkMillis) {
    return complete.get(0).isEmpty() && keyed.wouldMove(queryWatermarkMillis);
  }

  @Override
  public void begin(Epoch epoch) {
    keyed.begin(epoch);
    keyed.all().forEach(SessionPartition::begin);
    held.begin(keyed.count());
  }

  @Override
  public void process(WorkerContext worker, Batch input) {
    Batch rows = plan.endsByWatermark() ? onTime(worker, input) : input;
    if (rows.rows() == 0) {
      return;
    }
    KeyBatch keys = keyed.encode(worker, plan.owners(rows, worker.evaluation), rows.rows());
    int[][] split = keyed.split(keys, rows.rows());
    if (plan.groups.ordered) {
      held.add(worker, split, rows, List.of());
      return;
    }
    for (int p = 0; p < split.length; p++) {
      if (split[p].length > 0) {
        keyed.get(p).add(rows, keys, split[p], worker.evaluation);
      }
    }
  }

  /** The rows whose own session is not over yet by the watermark of the batch before. */
  private Batch onTime(WorkerContext worker, Batch rows) {
    return keyed.onTime(
        worker, rows, EventTimes.of(plan.groups.eventTime(rows, worker.evaluation)));
  }

  @Override
  public void flush(WorkerContext worker) {}

  @Override
  public void emit(WorkerContext worker) {
    keyed.each(
        worker,
        (p, partition) -> {
          addHeld(p, partition, worker);
          worker.order = p;
          if (expires()) {
            partition.close(keyed.watermarkMillis(), closed.get(worker.index));
          }
          Outputs all = complete.get(worker.index);
          if (!all.isEmpty()) {
            partition.emitAll(all);
          }
        });
  }

  /** Adds the rows that waited, all at once: only so are they in the order of time. */
  private void addHeld(int number, SessionPartition partition, WorkerContext worker) {
    List<HeldRows.Held> waiting = held.take(number);
    if (waiting.isEmpty()) {
      return;
    }
    Batch rows = concatenated(waiting);
    KeyBatch keys = keyed.encode(worker, plan.owners(rows, worker.evaluation), rows.rows());
    int[] every = new int[rows.rows()];
    for (int row = 0; row < every.length; row++) {
      every[row] = row;
    }
    partition.add(rows, keys, every, worker.evaluation);
  }

  private static Batch concatenated(List<HeldRows.Held> waiting) {
    if (waiting.size() == 1) {
      return waiting.get(0).rows();
    }
    Schema schema = waiting.get(0).rows().schema();
    int rows = 0;
    for (HeldRows.Held kept : waiting) {
      rows += kept.rows().rows();
    }
    List<Column> columns = new ArrayList<>(schema.size());
    for (int c = 0; c < schema.size(); c++) {
      ColumnBuilder builder = ColumnBuilder.of(schema.field(c).type(), rows);
      for (HeldRows.Held kept : waiting) {
        Column column = kept.rows().column(c);
        for (int row = 0; row < kept.rows().rows(); row++) {
          builder.appendFrom(column, row);
        }
      }
      columns.add(builder.build());
    }
    return new Batch(schema, columns, rows);
  }

  @Override
  public Optional<Stateful> state() {
    return keyed.state();
  }
}
