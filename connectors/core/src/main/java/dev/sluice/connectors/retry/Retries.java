package dev.sluice.connectors.retry;

import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.RetryTally;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls something outside until it answers, or says that it never will, or time is up. Only for
 * calls that may be repeated, and that the client does not repeat by itself. Thread-safe.
 */
public final class Retries {
  private static final Logger LOG = LoggerFactory.getLogger(Retries.class);

  private final RetryPolicy policy;
  private final Clock clock;
  private final DoubleSupplier chance;
  private final RetryTally tally;

  /** One try. */
  @FunctionalInterface
  public interface Attempt<T, E extends Exception> {
    T run() throws E;
  }

  /**
   * A failure that may pass.
   *
   * @param reason for people, one line
   * @param askedMillis how long the other side wants to be left alone
   */
  public record Passing(String reason, long askedMillis) {
    public Passing(String reason) {
      this(reason, 0);
    }
  }

  public Retries(RetryPolicy policy, Clock clock, RetryTally tally) {
    this(policy, clock, () -> ThreadLocalRandom.current().nextDouble(), tally);
  }

  /** {@code chance} gives numbers from 0 to 1. */
  public Retries(RetryPolicy policy, Clock clock, DoubleSupplier chance, RetryTally tally) {
    this.policy = policy;
    this.clock = clock;
    this.chance = chance;
    this.tally = tally;
  }

  /**
   * The first answer; else the last failure, as it was thrown. An interrupt ends the waiting.
   *
   * @param doing for people: {@code connecting to 'jdbc:postgresql://db/shop'}
   * @param passing which failures may pass; empty for those that will not
   */
  public <T, E extends Exception> T call(
      String doing, Attempt<T, E> attempt, Function<Exception, Optional<Passing>> passing)
      throws E {
    long firstFailure = 0;
    for (int retry = 0; ; retry++) {
      try {
        return attempt.run();
      } catch (Exception e) {
        Optional<Passing> why = passing.apply(e);
        if (why.isEmpty() || retry >= policy.most()) {
          throw e;
        }
        if (retry == 0) {
          firstFailure = clock.nanos();
        }
        long wait =
            Math.max(policy.waitMillis(retry, chance.getAsDouble()), why.get().askedMillis());
        long waited = (clock.nanos() - firstFailure) / 1_000_000;
        if (wait > policy.patienceMillis() - waited) {
          throw e;
        }
        if (retry == 0) {
          LOG.warn("retried: {} failed and is tried again: {}", doing, why.get().reason());
        }
        sleep(wait, doing);
        tally.add(why.get().reason());
      }
    }
  }

  private void sleep(long millis, String doing) {
    try {
      clock.sleep(millis);
    } catch (InterruptedException e) {
      throw PipelineException.stopped(doing + " was tried again", e);
    }
  }
}
