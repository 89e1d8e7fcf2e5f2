package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Rows that wait until an epoch has all of them, by the partition that takes them then. Workers put
 * them in at once, each for itself; afterwards each partition is taken by one worker.
 */
final class HeldRows {
  private final List<List<List<Held>>> byWorker = new ArrayList<>();

  /**
   * Some rows.
   *
   * @param order their place in the input
   * @param worker who read them
   * @param keys what stands beside them; empty if nothing does
   */
  record Held(long order, int worker, Batch rows, List<Column> keys) {}

  HeldRows(int workers) {
    for (int i = 0; i < workers; i++) {
      byWorker.add(new ArrayList<>());
    }
  }

  /** Forgets all, and takes rows for so many partitions. */
  void begin(int partitions) {
    for (List<List<Held>> own : byWorker) {
      own.clear();
      for (int p = 0; p < partitions; p++) {
        own.add(new ArrayList<>());
      }
    }
  }

  void add(WorkerContext worker, int partition, Batch rows, List<Column> keys) {
    byWorker.get(worker.index).get(partition).add(new Held(worker.order, worker.index, rows, keys));
  }

  /** Puts each partition's share of some rows in; {@code split} says which rows those are. */
  void add(WorkerContext worker, int[][] split, Batch rows, List<Column> keys) {
    for (int p = 0; p < split.length; p++) {
      int[] chosen = split[p];
      if (chosen.length > 0) {
        List<Column> own = keys.stream().map(key -> key.select(chosen, chosen.length)).toList();
        add(worker, p, rows.select(chosen, chosen.length), own);
      }
    }
  }

  /** What waits for a partition, in the order of the input; it waits no longer. */
  List<Held> take(int partition) {
    List<Held> waiting = new ArrayList<>();
    for (List<List<Held>> own : byWorker) {
      waiting.addAll(own.get(partition));
      own.get(partition).clear();
    }
    waiting.sort(Comparator.comparingLong(Held::order).thenComparingInt(Held::worker));
    return waiting;
  }
}
