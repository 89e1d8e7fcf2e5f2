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
   * otherwise given up, to be run again by the next start. Returns when it has ended.
   */
  void stop(Duration grace) throws InterruptedException;

  @Override
  void close();
}
