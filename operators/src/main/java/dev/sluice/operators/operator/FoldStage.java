package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.plan.StateProgram;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs a {@link StateProgram}: workers put rows aside by the partition that owns their keys; when
 * all have, each partition takes its rows in the order of the input, then what has timed out.
 */
final class FoldStage implements Stage {
  private final FoldPlan plan;
  private final List<Outputs> outputs;
  private final Part[] parts;
  private List<FoldPartition> partitions;
  private final @Nullable KeyedState state;
  private Epoch epoch = new Epoch(0, 0, 0, 0);
  private long lateMillis;
  private long watermarkMillis;

  /** What one worker holds while rows come. */
  private static final class Part {
    final KeyCodec codec;
    final KeyBatch keys = new KeyBatch();
    // By the partition that owns their keys.
    final List<List<Kept>> kept = new ArrayList<>();
    long dropped;

    Part(FoldPlan plan) {
      this.codec = plan.codec();
    }
  }

  private record Kept(long order, Batch rows) {}

  private static final Kept NOTHING = new Kept(0, new Batch(Schema.EMPTY, List.of(), 0));

  FoldStage(FoldPlan plan, int workers, List<Outputs> outputs, Optional<OperatorState> store) {
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

  private List<FoldPartition> replacePartitions(int count) {
    List<FoldPartition> fresh = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      fresh.add(new FoldPartition(plan));
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
  public void begin(Epoch next) {
    epoch = next;
    lateMillis = WatermarkFlow.into(plan.node, next.lateWatermarkMillis());
    watermarkMillis = WatermarkFlow.into(plan.node, next.watermarkMillis());
    if (!Rel.streams(plan.node)) {
      replacePartitions(partitions.size());
    }
    for (Part part : parts) {
      part.kept.clear();
      partitions.forEach(partition -> part.kept.add(new ArrayList<>()));
      part.dropped = 0;
    }
  }

  @Override
  public void resume(long queryWatermarkMillis) {
    watermarkMillis = WatermarkFlow.into(plan.node, queryWatermarkMillis);
  }

  /** As Spark: whenever the watermark has moved; by the clock of batches only when a key is due. */
  @Override
  public boolean wantsEpoch(long queryWatermarkMillis, long nowMillis) {
    if (plan.program.timesOutBy(StateProgram.Clock.EVENT_TIME)) {
      return plan.timesOut()
          && WatermarkFlow.into(plan.node, queryWatermarkMillis) > watermarkMillis;
    }
    return plan.timesOut() && partitions.stream().anyMatch(p -> p.timesOutBefore(nowMillis));
  }

  @Override
  public void process(WorkerContext worker, Batch input) {
    Part part = parts[worker.index];
    Batch rows = plan.onTime(input, lateMillis);
    part.dropped += input.rows() - rows.rows();
    if (rows.rows() == 0) {
      return;
    }
    if (partitions.size() == 1) {
      part.kept.get(0).add(new Kept(worker.order, rows));
      return;
    }
    part.codec.encode(plan.keys.evaluate(rows, worker.evaluation), rows.rows(), part.keys);
    int[][] split = new int[partitions.size()][];
    int[] counts = new int[partitions.size()];
    for (int row = 0; row < rows.rows(); row++) {
      int p = Hashing.partition(part.keys.hashes[row], split.length);
      if (split[p] == null) {
        split[p] = new int[rows.rows()];
      }
      split[p][counts[p]++] = row;
    }
    for (int p = 0; p < split.length; p++) {
      if (counts[p] > 0) {
        part.kept.get(p).add(new Kept(worker.order, rows.select(split[p], counts[p])));
      }
    }
  }

  @Override
  public void flush(WorkerContext worker) {}

  @Override
  public void emit(WorkerContext worker) {
    Outputs out = outputs.get(worker.index);
    for (int p = worker.index; p < partitions.size(); p += parts.length) {
      FoldPartition partition = partitions.get(p);
      partition.begin(epoch);
      List<Kept> waiting = new ArrayList<>();
      for (Part part : parts) {
        waiting.addAll(part.kept.get(p));
        part.kept.get(p).clear();
      }
      waiting.sort(Comparator.comparingLong(Kept::order));
      // Of the rows that come out, those of one key stay in order.
      worker.order = p;
      for (int i = 0; i < waiting.size(); i++) {
        partition.fold(waiting.get(i).rows(), worker.evaluation, out);
        // What has been folded need not be held any longer.
        waiting.set(i, NOTHING);
      }
      partition.end(worker.evaluation, out);
    }
  }

  @Override
  public Optional<Stateful> state() {
    return Optional.ofNullable(state);
  }
}
