package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.plan.Rel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Passes the first row of each key, in the order of the input. A worker puts aside rows that look
 * new to it, each key once; when all have, the partition that owns a key takes the earliest.
 */
final class DeduplicateStage implements Stage {
  private final DeduplicatePlan plan;
  private final List<Outputs> outputs;
  private final Part[] parts;
  private List<DeduplicatePartition> partitions;
  private final @Nullable KeyedState state;
  private long lateMillis;
  private long watermarkMillis;

  /** What one worker holds while rows come. */
  private static final class Part {
    final KeyCodec codec;
    final KeyBatch keys = new KeyBatch();
    GroupTable seen;
    final List<Kept> kept = new ArrayList<>();
    long order;
    long dropped;

    Part(DeduplicatePlan plan) {
      this.codec = plan.codec();
      this.seen = new GroupTable(codec);
    }
  }

  /** Rows of one partition that wait for those of other workers. */
  private record Kept(int partition, long order, Batch rows) {}

  DeduplicateStage(
      DeduplicatePlan plan, int workers, List<Outputs> outputs, Optional<OperatorState> store) {
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
                        new KeyedState.Figures(() -> 0, this::dropped)))
            .orElse(null);
  }

  private List<DeduplicatePartition> replacePartitions(int count) {
    List<DeduplicatePartition> fresh = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      fresh.add(new DeduplicatePartition(plan));
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

  @Override
  public void begin(Epoch epoch) {
    lateMillis = WatermarkFlow.into(plan.node, epoch.lateWatermarkMillis());
    watermarkMillis = WatermarkFlow.into(plan.node, epoch.watermarkMillis());
    if (!Rel.streams(plan.node)) {
      replacePartitions(partitions.size());
    }
    for (DeduplicatePartition partition : partitions) {
      partition.begin();
    }
    for (Part part : parts) {
      forgetSeen(part);
      part.kept.clear();
      part.order = 0;
      part.dropped = 0;
    }
  }

  private void forgetSeen(Part part) {
    if (part.seen.size() > 0) {
      part.seen = new GroupTable(part.codec);
    }
  }

  @Override
  public void resume(long queryWatermarkMillis) {
    watermarkMillis = WatermarkFlow.into(plan.node, queryWatermarkMillis);
  }

  @Override
  public boolean wantsEpoch(long queryWatermarkMillis) {
    return Rel.streams(plan.node)
        && WatermarkFlow.into(plan.node, queryWatermarkMillis) > watermarkMillis;
  }

  @Override
  public void process(WorkerContext worker, Batch input) {
    Part part = parts[worker.index];
    Batch rows = onTime(part, input);
    if (rows.rows() == 0) {
      return;
    }
    // What a worker has put aside hides later rows only.
    if (worker.order < part.order) {
      forgetSeen(part);
    }
    part.order = worker.order;
    List<Column> keys = plan.keys(rows);
    part.codec.encode(keys, rows.rows(), part.keys);
    int[] first = new int[rows.rows()];
    int count = part.seen.addNew(part.keys, rows.rows(), first, new int[rows.rows()]);
    int[][] split = new int[partitions.size()][];
    int[] counts = new int[partitions.size()];
    for (int i = 0; i < count; i++) {
      int row = first[i];
      int p = Hashing.partition(part.keys.hashes[row], partitions.size());
      if (!partitions.get(p).table.contains(part.keys, row)) {
        if (split[p] == null) {
          split[p] = new int[count];
        }
        split[p][counts[p]++] = row;
      }
    }
    for (int p = 0; p < split.length; p++) {
      if (counts[p] > 0) {
        part.kept.add(new Kept(p, worker.order, rows.select(split[p], counts[p])));
      }
    }
  }

  private Batch onTime(Part part, Batch rows) {
    Optional<EventTimes> times = plan.lateness(rows);
    if (times.isEmpty()) {
      return rows;
    }
    int[] kept = times.get().onTime(rows.rows(), lateMillis);
    if (kept == EventTimes.ALL) {
      return rows;
    }
    part.dropped += rows.rows() - kept.length;
    return rows.select(kept, kept.length);
  }

  @Override
  public void flush(WorkerContext worker) {}

  @Override
  public void emit(WorkerContext worker) {
    for (int p = worker.index; p < partitions.size(); p += parts.length) {
      List<Kept> waiting = new ArrayList<>();
      for (Part part : parts) {
        for (Kept kept : part.kept) {
          if (kept.partition() == p) {
            waiting.add(kept);
          }
        }
      }
      waiting.sort(Comparator.comparingLong(Kept::order));
      for (Kept kept : waiting) {
        Batch fresh = partitions.get(p).addNew(kept.rows());
        if (fresh.rows() > 0) {
          worker.order = kept.order();
          outputs.get(worker.index).emit(fresh);
        }
      }
      partitions.get(p).forget(watermarkMillis);
    }
  }

  @Override
  public Optional<Stateful> state() {
    return Optional.ofNullable(state);
  }
}
