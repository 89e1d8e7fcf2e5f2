package dev.sluice.runner.plan;

import java.time.Duration;

/** A started query. */
public interface Run extends AutoCloseable {
  /** Waits until it ends by itself or was stopped; throws what made it fail. */
  void await() throws InterruptedException;

  /** Waits at most so long; true if it has ended. */
  boolean await(Duration limit) throws InterruptedException;

  /**
   * Asks it to stop: the batch under way is finished if that takes no longer than the grace,
   * otherwise given up, to be run again by the next start. Returns when it has ended, or, some
   * seconds after the grace, when it cannot be ended: in a call that no interrupt reaches. It is
   * then left to itself, who waits for it goes on, and only the end of the process ends it.
   *
   * @return whether it has ended
   */
  boolean stop(Duration grace) throws InterruptedException;

  @Override
  void close();
}
