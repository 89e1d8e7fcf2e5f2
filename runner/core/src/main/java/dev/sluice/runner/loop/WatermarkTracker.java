package dev.sluice.runner.loop;

import dev.sluice.operators.operator.EventTimeStats;
import dev.sluice.runner.plan.WatermarkPolicy;
import java.util.List;

/**
 * The watermark of the query: the lowest of those of its watermark steps, or the highest, by
 * policy. It never falls. What a step has seen is known since this start only, as in Spark ({@code
 * WatermarkTracker}): under the policy {@code min}, a step without a row holds the others back.
 */
final class WatermarkTracker {
  private final boolean highest;
  private final long[] bySteps;
  private final boolean[] seen;
  private long millis;

  WatermarkTracker(WatermarkPolicy policy, int steps) {
    this.highest = policy == WatermarkPolicy.MAX;
    this.bySteps = new long[steps];
    this.seen = new boolean[steps];
  }

  /** In milliseconds since 1970. */
  long millis() {
    return millis;
  }

  /** Takes up the watermark of the checkpoint. */
  void resume(long checkpointMillis) {
    millis = checkpointMillis;
  }

  /** Takes what the steps saw in a batch. */
  void advance(List<EventTimeStats> batch) {
    for (int i = 0; i < bySteps.length; i++) {
      EventTimeStats stats = batch.get(i);
      if (stats.count() > 0) {
        long own = stats.max() - stats.delayMillis();
        bySteps[i] = seen[i] ? Math.max(bySteps[i], own) : own;
        seen[i] = true;
      }
    }
    if (bySteps.length > 0) {
      long chosen = bySteps[0];
      for (long own : bySteps) {
        chosen = highest ? Math.max(chosen, own) : Math.min(chosen, own);
      }
      millis = Math.max(millis, chosen);
    }
  }
}
