package dev.sluice.runner.progress;

import dev.sluice.operators.io.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where the time of one batch went, in Spark's words ({@code latestOffset}, {@code addBatch}, ...).
 */
public final class BatchTimes {
  private static final String WAITING = "waiting";

  private final Clock clock;
  private final long startMillis;
  private final long startNanos;
  private long lastNanos;
  private final Map<String, Long> nanos = new LinkedHashMap<>();

  /** The batch begins now. */
  public BatchTimes(Clock clock) {
    this.clock = clock;
    this.startMillis = clock.millis();
    this.startNanos = clock.nanos();
    this.lastNanos = startNanos;
  }

  /** All since the last mark was spent on this. */
  public void mark(String phase) {
    long now = clock.nanos();
    nanos.merge(phase, now - lastNanos, Long::sum);
    lastNanos = now;
  }

  /**
   * All since the last mark was spent on waiting for rows, by a batch that stays open for them: no
   * part of what the batch took.
   */
  public void markWaiting() {
    mark(WAITING);
  }

  /** When the batch began. */
  public long startMillis() {
    return startMillis;
  }

  private long took() {
    return clock.nanos() - startNanos - nanos.getOrDefault(WAITING, 0L);
  }

  double seconds() {
    return took() / 1e9;
  }

  /** Milliseconds by phase, sorted by name as Spark sorts them. */
  Map<String, Object> millis() {
    Map<String, Object> millis = new TreeMap<>();
    nanos.forEach((phase, spent) -> millis.put(phase, spent / 1_000_000));
    millis.put("triggerExecution", took() / 1_000_000);
    return millis;
  }
}
