package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.plan.Rel;

/** Sees the event times that pass a watermark node, in all workers. */
final class WatermarkObserver {
  private final Rel.Watermark node;
  private final Seen[] workers;

  private static final class Seen {
    long count;
    long min = Long.MAX_VALUE;
    long max = Long.MIN_VALUE;
    double sum;
  }

  WatermarkObserver(Rel.Watermark node, int workers) {
    this.node = node;
    this.workers = new Seen[workers];
    begin();
  }

  void begin() {
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Seen();
    }
  }

  void see(WorkerContext worker, Batch rows) {
    Seen seen = workers[worker.index];
    EventTimes times = EventTimes.of(rows.column(node.column()));
    for (int row = 0; row < rows.rows(); row++) {
      if (times.isKnown(row)) {
        long millis = Math.floorDiv(times.micros()[row], 1000L);
        seen.count++;
        seen.min = Math.min(seen.min, millis);
        seen.max = Math.max(seen.max, millis);
        seen.sum += millis;
      }
    }
  }

  EventTimeStats stats() {
    Seen all = new Seen();
    for (Seen seen : workers) {
      all.count += seen.count;
      all.min = Math.min(all.min, seen.min);
      all.max = Math.max(all.max, seen.max);
      all.sum += seen.sum;
    }
    return new EventTimeStats(
        all.count, all.min, all.max, all.sum / Math.max(1, all.count), node.delayMillis());
  }
}
