package dev.sluice.connectors.retry;

import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.RetryTally;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The pauses of one who waits in its own way, on the thread that calls or on a schedule, where
 * {@link Retries} cannot call for it. For one thread at a time.
 */
public final class Pauses {
  private final RetryPolicy policy;
  private final Clock clock;
  private final RetryTally tally;
  private long since;
  private int failures;

  public Pauses(RetryPolicy policy, Clock clock, RetryTally tally) {
    this.policy = policy;
    this.clock = clock;
    this.tally = tally;
  }

  /** An answer came: the next failure is a first one. */
  public void succeeded() {
    failures = 0;
  }

  /** Counts a failure; false if it took too long, or came too often, to try again. */
  public boolean failed() {
    if (failures++ == 0) {
      since = clock.nanos();
    }
    return failures <= policy.most()
        && (clock.nanos() - since) / 1_000_000 <= policy.patienceMillis();
  }

  /** True if only one failure has been counted since the last answer. */
  public boolean isFirst() {
    return failures == 1;
  }

  /** Counts that it is tried again for this reason, and gives the milliseconds to wait before. */
  public long next(String reason) {
    tally.add(reason);
    return policy.waitMillis(Math.max(0, failures - 1), ThreadLocalRandom.current().nextDouble());
  }
}
