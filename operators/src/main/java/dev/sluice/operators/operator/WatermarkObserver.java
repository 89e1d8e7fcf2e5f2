package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.keyed.EventTimes;
import dev.sluice.operators.plan.Rel;
import java.util.OptionalLong;

/** Sees the event times that pass a watermark node, in all workers. */
final class WatermarkObserver {
  private final Rel.Watermark node;
  private final Seen[] workers;
  private long farMillis;
  // The latest suspect time that has been told of: an earlier one does no more harm.
  private long toldMillis = Long.MIN_VALUE;

  private static final class Seen {
    long count;
    long min = Long.MAX_VALUE;
    long max = Long.MIN_VALUE;
    double sum;
    boolean far;
  }

  WatermarkObserver(Rel.Watermark node, int workers) {
    this.node = node;
    this.workers = new Seen[workers];
    begin(Long.MAX_VALUE);
  }

  /** Starts an epoch in which times after this are suspect. */
  void begin(long suspectMillis) {
    farMillis = suspectMillis;
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Seen();
    }
  }

  void see(WorkerContext worker, Batch rows) {
    Seen seen = workers[worker.index];
    EventTimes times = EventTimes.of(rows.column(node.column()));
    long before = seen.max;
    for (int row = 0; row < rows.rows(); row++) {
      if (times.isKnown(row)) {
        long millis = Math.floorDiv(times.micros()[row], 1000L);
        seen.count++;
        seen.min = Math.min(seen.min, millis);
        seen.max = Math.max(seen.max, millis);
        seen.sum += millis;
      }
    }
    seen.far |= seen.max > before && seen.max > farMillis;
  }

  Rel.Watermark node() {
    return node;
  }

  /** The latest event time that a worker saw, if it is suspect and has not been told of. */
  synchronized OptionalLong takeFar(int worker) {
    Seen seen = workers[worker];
    boolean isNew = seen.far && seen.max > toldMillis;
    seen.far = false;
    if (!isNew) {
      return OptionalLong.empty();
    }
    toldMillis = seen.max;
    return OptionalLong.of(seen.max);
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
