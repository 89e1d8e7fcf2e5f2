package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ValueHash;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.plan.Origin;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Batches that workers put aside, to be taken bucket by bucket: rows whose keys are equal are in
 * one bucket, in the order of the input. How many buckets there are depends on the rows alone, not
 * on the workers, so that the same rows always come out in the same order: a single one for few
 * rows, which need not be parted to be fast.
 */
final class RowBuckets {
  /** Of each worker's rows; a worker of many has several. */
  static final int MANY = 64;

  /** What one worker sorts at once sooner than others could be asked to help. */
  static final int FEW_ROWS = 16 * Batch.TARGET_ROWS;

  private final Evaluations keys;
  private final boolean parted;
  private final List<List<Kept>> byWorker = new ArrayList<>();

  /** A batch whose rows of bucket b are {@code positions[ends[b - 1] .. ends[b])}. */
  private record Parted(Batch rows, int[] positions, int[] ends) {}

  private static final class Kept {
    private final long order;
    private final Batch rows;
    private Parted parted;

    Kept(long order, Batch rows) {
      this.order = order;
      this.rows = rows;
      this.parted = new Parted(rows, new int[0], new int[0]);
    }
  }

  RowBuckets(List<Expression> keys, Origin origin, int workers) {
    this.keys = new Evaluations(keys, origin);
    this.parted = !keys.isEmpty() && keys.stream().allMatch(Expression::deterministic);
    for (int i = 0; i < workers; i++) {
      byWorker.add(new ArrayList<>());
    }
  }

  /** Forgets all rows; while no worker adds or takes any. */
  void clear() {
    byWorker.forEach(List::clear);
  }

  void add(WorkerContext worker, Batch rows) {
    byWorker.get(worker.index).add(new Kept(worker.order, rows));
  }

  /** Parts what the worker has put aside; workers call at once, when all is put aside. */
  void part(WorkerContext worker) {
    if (parted) {
      for (Kept kept : byWorker.get(worker.index)) {
        kept.parted = parted(kept.rows, keys.evaluate(kept.rows, worker.evaluation));
      }
    }
  }

  private static Parted parted(Batch batch, List<Column> keys) {
    int rows = batch.rows();
    byte[] buckets = new byte[rows];
    int[] ends = new int[MANY];
    for (int row = 0; row < rows; row++) {
      long hash = 0;
      for (Column key : keys) {
        hash = ValueHash.mix(hash + ValueHash.of(key, row));
      }
      buckets[row] = (byte) (hash & MANY - 1);
      ends[buckets[row]]++;
    }
    int[] next = new int[MANY];
    for (int b = 1; b < MANY; b++) {
      next[b] = ends[b - 1];
      ends[b] += ends[b - 1];
    }
    int[] positions = new int[rows];
    for (int row = 0; row < rows; row++) {
      positions[next[buckets[row]]++] = row;
    }
    return new Parted(batch, positions, ends);
  }

  /** How many buckets there are, once all workers have parted their rows. */
  int count() {
    long rows = 0;
    for (List<Kept> own : byWorker) {
      for (Kept kept : own) {
        rows += kept.rows.rows();
      }
    }
    return parted && rows > FEW_ROWS ? MANY : 1;
  }

  /** The rows of one of so many buckets, in the order of the input; workers call at once. */
  List<Batch> bucket(int bucket, int count) {
    List<Kept> all = new ArrayList<>();
    byWorker.forEach(all::addAll);
    all.sort(Comparator.comparingLong(kept -> kept.order));
    List<Batch> rows = new ArrayList<>(all.size());
    for (Kept kept : all) {
      if (count == 1) {
        rows.add(kept.rows);
        continue;
      }
      Parted split = kept.parted;
      int from = bucket == 0 ? 0 : split.ends()[bucket - 1];
      int to = split.ends()[bucket];
      if (to > from) {
        rows.add(split.rows().select(Arrays.copyOfRange(split.positions(), from, to), to - from));
      }
    }
    return rows;
  }
}
