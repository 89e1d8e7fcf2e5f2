package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.keyed.EventTimes;
import dev.sluice.operators.keyed.KeyBatch;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A join of two streams. Workers put aside the rows that are in time and may match, by the
 * partition that owns their keys; when all have come, each partition joins and keeps them.
 */
final class StreamJoinStage implements Stage {
  private final StreamJoinPlan plan;
  private final List<Outputs> outputs;
  private final KeyedPartitions<StreamJoinPartition> keyed;
  private final HeldRows left;
  private final HeldRows right;

  StreamJoinStage(
      StreamJoinPlan plan, int workers, List<Outputs> outputs, Optional<OperatorState> store) {
    this.plan = plan;
    this.outputs = outputs;
    this.keyed =
        new KeyedPartitions<>(
            plan.node,
            workers,
            workers,
            () -> new StreamJoinPartition(plan),
            plan::codec,
            plan::shape,
            store);
    this.left = new HeldRows(workers);
    this.right = new HeldRows(workers);
  }

  @Override
  public void begin(Epoch epoch) {
    keyed.begin(epoch);
    keyed.all().forEach(StreamJoinPartition::begin);
    left.begin(keyed.count());
    right.begin(keyed.count());
  }

  @Override
  public void resume(long queryWatermarkMillis) {
    keyed.resume(queryWatermarkMillis);
  }

  @Override
  public boolean wantsEpoch(long queryWatermarkMillis) {
    return plan.bounds.forgets() && keyed.wouldMove(queryWatermarkMillis);
  }

  /** Rows of the left input. */
  @Override
  public void process(WorkerContext worker, Batch input) {
    take(worker, input, plan.left);
  }

  /** Rows of the right input. */
  void processRight(WorkerContext worker, Batch input) {
    take(worker, input, plan.right);
  }

  private void take(WorkerContext worker, Batch input, StreamJoinPlan.Side side) {
    boolean mayBeLate = side.timeColumn >= 0 && input.rows() > 0;
    Batch onTime =
        mayBeLate
            ? keyed.onTime(worker, input, EventTimes.of(input.column(side.timeColumn)))
            : input;
    Batch rows = mayMatch(worker, onTime, side);
    if (rows.rows() == 0) {
      return;
    }
    List<Column> keys = side.keys(rows, worker.evaluation);
    int[] matchable = side.matchable(keys, rows.rows());
    if (matchable != EventTimes.ALL) {
      rows = rows.select(matchable, matchable.length);
      keys = keys.stream().map(key -> key.select(matchable, matchable.length)).toList();
    }
    HeldRows held = side.isLeft ? left : right;
    if (rows.rows() > 0 && keyed.count() == 1) {
      held.add(worker, 0, rows, keys);
    } else if (rows.rows() > 0) {
      KeyBatch encoded = keyed.encode(worker, keys, rows.rows());
      held.add(worker, keyed.split(encoded, rows.rows()), rows, keys);
    }
  }

  /** Rows that cannot match come out at once if they come out alone at all. */
  private Batch mayMatch(WorkerContext worker, Batch rows, StreamJoinPlan.Side side) {
    Column may = rows.rows() == 0 ? null : side.mayMatch(rows, worker.evaluation);
    if (may == null) {
      return rows;
    }
    int count = rows.rows();
    int[] positions = new int[count];
    int able = FilterOperator.positions(may.flatten(), count, positions);
    if (able == count) {
      return rows;
    }
    if (side.comesOut) {
      int[] rest = new int[count - able];
      int next = 0;
      for (int row = 0; row < count; row++) {
        if (row - next < able && positions[row - next] == row) {
          continue;
        }
        rest[next++] = row;
      }
      Batch alone = rows.select(rest, rest.length);
      outputs.get(worker.index).emit(plan.alone(side, alone.columns(), rest.length));
    }
    return rows.select(positions, able);
  }

  @Override
  public void flush(WorkerContext worker) {}

  @Override
  public void emit(WorkerContext worker) {
    OptionalLong leftOver = plan.bounds.over(true, keyed.watermarkMillis());
    OptionalLong rightOver = plan.bounds.over(false, keyed.watermarkMillis());
    Outputs out = outputs.get(worker.index);
    keyed.each(
        worker,
        (p, partition) -> {
          partition.take(true, left.take(p), leftOver, worker, out);
          partition.take(false, right.take(p), rightOver, worker, out);
          worker.order = Long.MAX_VALUE;
          partition.forget(true, leftOver, out);
          partition.forget(false, rightOver, out);
          partition.tidy();
        });
    worker.order = 0;
  }

  @Override
  public Optional<Stateful> state() {
    return keyed.state();
  }
}
