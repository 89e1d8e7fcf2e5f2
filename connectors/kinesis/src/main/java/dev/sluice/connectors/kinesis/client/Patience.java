package dev.sluice.connectors.kinesis.client;

import dev.sluice.connectors.retry.Pauses;
import dev.sluice.connectors.retry.RetryPolicy;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.RetryTally;
import software.amazon.awssdk.core.exception.SdkException;

/** How often and how long a request is repeated: with pauses that grow, until too long. */
final class Patience {
  private final String doing;
  private final Failures failures;
  private final Pauses pauses;

  Patience(String doing, Failures failures, long patienceMillis, Clock clock, RetryTally tally) {
    this.doing = doing;
    this.failures = failures;
    this.pauses =
        new Pauses(new RetryPolicy(Integer.MAX_VALUE, patienceMillis, 100, 5_000), clock, tally);
  }

  /** An answer came. */
  void succeeded() {
    pauses.succeeded();
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
    return !pauses.failed();
  }

  /** How many milliseconds to wait before it is tried again for this reason. */
  long pause(String reason) {
    return pauses.next(reason);
  }
}
