package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.keyed.EventTimes;
import dev.sluice.operators.keyed.GroupTable;
import dev.sluice.operators.keyed.Hashing;
import dev.sluice.operators.keyed.KeyBatch;
import dev.sluice.operators.keyed.KeyCodec;
import dev.sluice.operators.plan.Rel;
import java.util.List;
import java.util.Optional;

/**
 * Passes the first row of each key, in the order of the input. A worker puts aside rows that look
 * new to it, each key once; when all have, the partition that owns a key takes the earliest.
 */
final class DeduplicateStage implements Stage {
  private final DeduplicatePlan plan;
  private final List<Outputs> outputs;
  private final KeyedPartitions<DeduplicatePartition> keyed;
  private final HeldRows held;
  private final Seen[] seen;

  /** What one worker has put aside. */
  private static final class Seen {
    final KeyCodec codec;
    GroupTable keys;
    long order;

    Seen(DeduplicatePlan plan) {
      this.codec = plan.codec();
      this.keys = new GroupTable(codec);
    }

    void forget() {
      if (keys.size() > 0) {
        keys = new GroupTable(codec);
      }
    }
  }

  DeduplicateStage(
      DeduplicatePlan plan, int workers, List<Outputs> outputs, Optional<OperatorState> store) {
    this.plan = plan;
    this.outputs = outputs;
    this.keyed =
        new KeyedPartitions<>(
            plan.node,
            workers,
            workers,
            () -> new DeduplicatePartition(plan),
            plan::codec,
            plan::shape,
            store);
    this.held = new HeldRows(workers);
    this.seen = new Seen[workers];
    for (int i = 0; i < workers; i++) {
      seen[i] = new Seen(plan);
    }
  }

  @Override
  public void begin(Epoch epoch) {
    keyed.begin(epoch);
    if (!Rel.streams(plan.node)) {
      keyed.clear();
    }
    keyed.all().forEach(DeduplicatePartition::begin);
    held.begin(keyed.count());
    for (Seen own : seen) {
      own.forget();
      own.order = 0;
    }
  }

  @Override
  public void resume(long queryWatermarkMillis) {
    keyed.resume(queryWatermarkMillis);
  }

  @Override
  public boolean wantsEpoch(long queryWatermarkMillis) {
    return Rel.streams(plan.node) && keyed.wouldMove(queryWatermarkMillis);
  }

  @Override
  public void process(WorkerContext worker, Batch input) {
    Optional<EventTimes> times = plan.lateness(input);
    Batch rows = times.isPresent() ? keyed.onTime(worker, input, times.get()) : input;
    if (rows.rows() == 0) {
      return;
    }
    keyed.countDuplicates(worker, rows.rows());
    Seen own = seen[worker.index];
    // What a worker has put aside hides later rows only.
    if (worker.order < own.order) {
      own.forget();
    }
    own.order = worker.order;
    KeyBatch keys = keyed.encode(worker, plan.keys(rows), rows.rows());
    int[] first = new int[rows.rows()];
    int count = own.keys.addNew(keys, rows.rows(), first, new int[rows.rows()]);
    int[][] split = new int[keyed.count()][];
    int[] counts = new int[split.length];
    for (int i = 0; i < count; i++) {
      int row = first[i];
      int p = Hashing.partition(keys.hashes[row], split.length);
      if (!keyed.get(p).contains(keys, row)) {
        if (split[p] == null) {
          split[p] = new int[count];
        }
        split[p][counts[p]++] = row;
      }
    }
    for (int p = 0; p < split.length; p++) {
      if (counts[p] > 0) {
        held.add(worker, p, rows.select(split[p], counts[p]), List.of());
      }
    }
  }

  @Override
  public void flush(WorkerContext worker) {}

  @Override
  public void emit(WorkerContext worker) {
    keyed.each(
        worker,
        (p, partition) -> {
          List<HeldRows.Held> waiting = held.take(p);
          partition.load(waiting.stream().map(HeldRows.Held::rows).toList());
          for (HeldRows.Held some : waiting) {
            Batch fresh = partition.addNew(some.rows());
            if (fresh.rows() > 0) {
              keyed.countDuplicates(worker, -fresh.rows());
              worker.order = some.order();
              outputs.get(worker.index).emit(fresh);
            }
          }
          partition.forget(keyed.watermarkMillis());
        });
  }

  @Override
  public Optional<Stateful> state() {
    return keyed.state();
  }
}
