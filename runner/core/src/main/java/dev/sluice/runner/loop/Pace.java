package dev.sluice.runner.loop;

import dev.sluice.operators.io.Clock;
import java.io.IOException;

/** When the next batch of a query that stays on begins. */
final class Pace {
  /** How long an idle default trigger waits before it looks again: Spark's {@code pollingDelay}. */
  private static final long POLL_MILLIS = 10;

  /** The least that a batch is followed by, see {@link #rest}. */
  private static final long LEAST_REST_MILLIS = 3;

  /**
   * How long a batch stays open: what its plan and its commit entry cost, and the wait at its end,
   * are for so many rows. After a crash the rows of two such batches come again.
   */
  private static final long OPEN_MILLIS = 100;

  /** How long it stays open at most while the log of the one before is on its way to the disk. */
  private static final long LONGEST_OPEN_MILLIS = 1000;

  /** How soon a wait notices that the clock was set. */
  private static final long LONGEST_SLEEP_MILLIS = 1000;

  private final Clock clock;
  private final Stopper stopper;

  Pace(Clock clock, Stopper stopper) {
    this.clock = clock;
    this.stopper = stopper;
  }

  /** There was nothing to do. */
  void idle() {
    stopper.idle(POLL_MILLIS);
  }

  /**
   * A batch that left nothing to do is followed by a rest as long as it took, within limits. A loop
   * that goes on at once makes ever smaller batches, each of which costs servers and disks as much
   * as a larger one, until one of them is busy without end; then all rows wait for it. So the log,
   * too, gets some of the time that it wants.
   */
  void rest(long begunNanos, LogWriter log) throws IOException, InterruptedException {
    long rest = restAfter(begunNanos);
    stopper.sleep(rest);
    log.await(POLL_MILLIS - rest);
  }

  private long restAfter(long begunNanos) {
    long took = (clock.nanos() - begunNanos) / 1_000_000;
    return Math.min(POLL_MILLIS, Math.max(LEAST_REST_MILLIS, took));
  }

  /** A batch has read what there was when it began, and stays open. */
  Opening open(LogWriter log) {
    return new Opening(clock.nanos(), log);
  }

  /** The time in which rows still belong to a batch. */
  final class Opening {
    private final long openedNanos;
    private final LogWriter log;
    private long begunNanos;

    private Opening(long openedNanos, LogWriter log) {
      this.openedNanos = openedNanos;
      this.begunNanos = openedNanos;
      this.log = log;
    }

    /**
     * Rests as after a batch, then waits until there may be rows. False if the time is over, or the
     * query is to stop. A batch ends only when the log has come to rest, as far as that is to be
     * waited for: where the disk stands still for a while, rows go on.
     */
    boolean awaitRows() throws IOException, InterruptedException {
      if (isOver()) {
        return false;
      }
      if (leftMillis() > 0) {
        stopper.sleep(restAfter(begunNanos));
        stopper.idle(leftMillis());
      } else {
        log.await(LEAST_REST_MILLIS);
      }
      stopper.look();
      begunNanos = clock.nanos();
      return !stopper.stopping();
    }

    private boolean isOver() throws IOException, InterruptedException {
      return stopper.stopping()
          || (leftMillis() <= 0
              && (log.isDone() || leftMillis() <= OPEN_MILLIS - LONGEST_OPEN_MILLIS));
    }

    private long leftMillis() {
      return OPEN_MILLIS - (clock.nanos() - openedNanos) / 1_000_000;
    }
  }

  /** Whether a batch that began then is over before the next is due. */
  boolean hasTime(long started, long interval) {
    return clock.millis() < nextStart(started, interval) && !stopper.stopping();
  }

  /**
   * Starts are aligned to 1970, as in Spark; a batch that took too long is followed at once by the
   * next. A clock that is set back in the meantime puts the next start off by one interval at most.
   */
  void waitForNext(long started, long interval) {
    long due = nextStart(started, interval);
    long now = clock.millis();
    while (now < due && !stopper.stopping()) {
      if (due - now > interval) {
        due = nextStart(now, interval);
      }
      stopper.sleep(Math.min(due - now, LONGEST_SLEEP_MILLIS));
      now = clock.millis();
    }
  }

  private static long nextStart(long now, long interval) {
    return Math.floorDiv(now, interval) * interval + interval;
  }
}
