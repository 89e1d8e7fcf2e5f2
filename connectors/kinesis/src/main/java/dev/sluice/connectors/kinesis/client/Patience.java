package dev.sluice.connectors.kinesis.client;

import dev.sluice.connectors.retry.RetryPolicy;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.RetryTally;
import java.util.concurrent.ThreadLocalRandom;
import software.amazon.awssdk.core.exception.SdkException;

/** How often and how long a request is repeated: with pauses that grow, until too long. */
final class Patience {
  private static final long FIRST_PAUSE = 100;
  private static final long LONGEST_PAUSE = 5_000;
  private static final RetryPolicy PAUSES =
      RetryPolicy.times(Integer.MAX_VALUE, FIRST_PAUSE, LONGEST_PAUSE);

  private final String doing;
  private final Failures failures;
  private final long patienceMillis;
  private final Clock clock;
  private final RetryTally tally;
  private long since;
  private int times;

  Patience(String doing, Failures failures, long patienceMillis, Clock clock, RetryTally tally) {
    this.doing = doing;
    this.failures = failures;
    this.patienceMillis = patienceMillis;
    this.clock = clock;
    this.tally = tally;
  }

  /** An answer came. */
  void succeeded() {
    times = 0;
  }

  /**
   * How many milliseconds to wait before the next attempt.
   *
   * @throws dev.sluice.operators.diagnostics.PipelineException if it is no use, or took too long
   */
  long failed(SdkException e) {
    if (!Failures.isPassing(e) || tooLong()) {
      throw failures.of(doing, e);
    }
    return pause(failures.inWords(e));
  }

  /** Counts a failure without an exception; true when it took too long. */
  boolean tooLong() {
    if (times++ == 0) {
      since = clock.nanos();
    }
    return clock.nanos() - since > patienceMillis * 1_000_000;
  }

  /** How many milliseconds to wait before it is tried again for this reason. */
  long pause(String reason) {
    tally.add(reason);
    return PAUSES.waitMillis(times, ThreadLocalRandom.current().nextDouble());
  }
}
