package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.io.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A join of two streams. Workers put aside the rows that are in time and may match, by the
 * partition that owns their keys; when all have come, each partition joins and keeps them.
 */
final class StreamJoinStage implements Stage {
  private final StreamJoinPlan plan;
  private final List<Outputs> outputs;
  private final Part[] parts;
  private List<StreamJoinPartition> partitions;
  private final @Nullable KeyedState state;
  private final AtomicInteger emitting = new AtomicInteger();
  private long lateMillis;
  private long watermarkMillis;

  /** What one worker holds while rows come. */
  private static final class Part {
    final KeyCodec codec;
    final KeyBatch keys = new KeyBatch();
    final List<Kept> left = new ArrayList<>();
    final List<Kept> right = new ArrayList<>();
    long dropped;
    long nanos;

    Part(StreamJoinPlan plan) {
      this.codec = plan.codec();
    }

    void forgetRows() {
      left.clear();
      right.clear();
    }
  }

  private record Kept(int partition, StreamJoinPartition.Held held) {}

  StreamJoinStage(
      StreamJoinPlan plan, int workers, List<Outputs> outputs, Optional<OperatorState> store) {
    this.plan = plan;
    this.outputs = outputs;
    this.parts = new Part[workers];
    for (int i = 0; i < workers; i++) {
      parts[i] = new Part(plan);
    }
    this.partitions = replacePartitions(workers);
    this.state =
        store
            .map(
                operator ->
                    new KeyedState(
                        plan.shape(operator.partitions()),
                        operator,
                        workers,
                        this::replacePartitions,
                        new KeyedState.Figures(this::millis, this::dropped)))
            .orElse(null);
  }

  private List<StreamJoinPartition> replacePartitions(int count) {
    List<StreamJoinPartition> fresh = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      fresh.add(new StreamJoinPartition(plan));
    }
    partitions = fresh;
    return fresh;
  }

  private long dropped() {
    long dropped = 0;
    for (Part part : parts) {
      dropped += part.dropped;
    }
    return dropped;
  }

  private long millis() {
    long longest = 0;
    for (Part part : parts) {
      longest = Math.max(longest, part.nanos);
    }
    return longest / 1_000_000;
  }

  @Override
  public void begin(Epoch epoch) {
    lateMillis = WatermarkFlow.into(plan.node, epoch.lateWatermarkMillis());
    watermarkMillis = WatermarkFlow.into(plan.node, epoch.watermarkMillis());
    partitions.forEach(StreamJoinPartition::begin);
    emitting.set(parts.length);
    for (Part part : parts) {
      part.forgetRows();
      part.dropped = 0;
      part.nanos = 0;
    }
  }

  @Override
  public void resume(long queryWatermarkMillis) {
    watermarkMillis = WatermarkFlow.into(plan.node, queryWatermarkMillis);
  }

  @Override
  public boolean wantsEpoch(long queryWatermarkMillis) {
    return plan.bounds.forgets()
        && WatermarkFlow.into(plan.node, queryWatermarkMillis) > watermarkMillis;
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
    Part part = parts[worker.index];
    Batch rows = mayMatch(worker, onTime(part, input, side), side);
    if (rows.rows() == 0) {
      return;
    }
    List<Column> keys = side.keys(rows, worker.evaluation);
    int[] matchable = side.matchable(keys, rows.rows());
    if (matchable != EventTimes.ALL) {
      rows = rows.select(matchable, matchable.length);
      keys = keys.stream().map(key -> key.select(matchable, matchable.length)).toList();
    }
    put(worker, part, side.isLeft ? part.left : part.right, rows, keys);
  }

  private void put(
      WorkerContext worker, Part part, List<Kept> kept, Batch rows, List<Column> keys) {
    int count = rows.rows();
    if (count == 0) {
      return;
    }
    if (partitions.size() == 1) {
      kept.add(new Kept(0, new StreamJoinPartition.Held(worker.order, rows, keys)));
      return;
    }
    part.codec.encode(keys, count, part.keys);
    int[][] split = new int[partitions.size()][];
    int[] counts = new int[partitions.size()];
    for (int row = 0; row < count; row++) {
      int p = Hashing.partition(part.keys.hashes[row], partitions.size());
      if (split[p] == null) {
        split[p] = new int[count];
      }
      split[p][counts[p]++] = row;
    }
    for (int p = 0; p < split.length; p++) {
      if (counts[p] > 0) {
        int[] positions = split[p];
        int some = counts[p];
        List<Column> ownKeys = keys.stream().map(key -> key.select(positions, some)).toList();
        kept.add(
            new Kept(
                p,
                new StreamJoinPartition.Held(worker.order, rows.select(positions, some), ownKeys)));
      }
    }
  }

  private Batch onTime(Part part, Batch rows, StreamJoinPlan.Side side) {
    if (side.timeColumn < 0 || rows.rows() == 0) {
      return rows;
    }
    int[] kept = EventTimes.of(rows.column(side.timeColumn)).onTime(rows.rows(), lateMillis);
    if (kept == EventTimes.ALL) {
      return rows;
    }
    part.dropped += rows.rows() - kept.length;
    return rows.select(kept, kept.length);
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
    long start = Clock.SYSTEM.nanos();
    OptionalLong leftOver = plan.bounds.over(true, watermarkMillis);
    OptionalLong rightOver = plan.bounds.over(false, watermarkMillis);
    Outputs out = outputs.get(worker.index);
    for (int p = worker.index; p < partitions.size(); p += parts.length) {
      StreamJoinPartition partition = partitions.get(p);
      partition.take(true, held(p, true), leftOver, worker, out);
      partition.take(false, held(p, false), rightOver, worker, out);
      worker.order = Long.MAX_VALUE;
      partition.forget(true, leftOver, out);
      partition.forget(false, rightOver, out);
      partition.tidy();
    }
    worker.order = 0;
    parts[worker.index].nanos = Clock.SYSTEM.nanos() - start;
    if (emitting.decrementAndGet() == 0) {
      for (Part part : parts) {
        part.forgetRows();
      }
    }
  }

  private List<StreamJoinPartition.Held> held(int partition, boolean left) {
    List<StreamJoinPartition.Held> held = new ArrayList<>();
    for (Part part : parts) {
      for (Kept kept : left ? part.left : part.right) {
        if (kept.partition() == partition) {
          held.add(kept.held());
        }
      }
    }
    held.sort(Comparator.comparingLong(StreamJoinPartition.Held::order));
    return held;
  }

  @Override
  public Optional<Stateful> state() {
    return Optional.ofNullable(state);
  }
}
