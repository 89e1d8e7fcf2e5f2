package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Batches that workers put aside, to be taken in the order of the input. */
final class CollectedRows {
  private final List<List<Kept>> byWorker = new ArrayList<>();

  private record Kept(long order, Batch rows) {}

  CollectedRows(int workers) {
    for (int i = 0; i < workers; i++) {
      byWorker.add(new ArrayList<>());
    }
  }

  void clear() {
    byWorker.forEach(List::clear);
  }

  void add(WorkerContext worker, Batch rows) {
    byWorker.get(worker.index).add(new Kept(worker.order, rows));
  }

  /** All of them; those of one worker and split stay in the order they came. */
  List<Batch> inOrder() {
    List<Kept> all = new ArrayList<>();
    byWorker.forEach(all::addAll);
    all.sort(Comparator.comparingLong(Kept::order));
    return all.stream().map(Kept::rows).toList();
  }

  /**
   * Gives those that the worker put aside, in their order, which the worker then stands at, and
   * forgets them.
   */
  void takeInOrder(WorkerContext worker, Emitter to) {
    List<Kept> own = byWorker.get(worker.index);
    own.sort(Comparator.comparingLong(Kept::order));
    for (Kept each : own) {
      worker.order = each.order();
      to.emit(each.rows());
    }
    own.clear();
  }
}
