package dev.sluice.runner.loop;

import dev.sluice.operators.io.Clock;

/** How a run is asked to stop: first gently, between batches, then by giving up the batch. */
final class Stopper {
  private final Clock clock;
  private volatile boolean stopping;
  private volatile boolean abandoning;
  private Thread waiter = Thread.currentThread();
  private boolean waiting;
  private boolean woken;
  private volatile boolean idle;
  private volatile boolean arrived;

  Stopper(Clock clock) {
    this.clock = clock;
  }

  boolean stopping() {
    return stopping;
  }

  /** Throws when the batch is to be given up. Called between batches of rows. */
  void check() {
    if (abandoning) {
      throw new StoppedException();
    }
  }

  /** True once the batch under way is to be given up: what then fails was meant to. */
  boolean abandoning() {
    return abandoning;
  }

  synchronized void stop() {
    stopping = true;
    // Only a wait is interrupted: an interrupt in the middle of I/O would close files under the
    // loop.
    if (waiting) {
      waiter.interrupt();
    }
  }

  /** Ends a wait: there is something to look at. */
  synchronized void wake() {
    if (waiting) {
      woken = true;
      waiter.interrupt();
    }
  }

  /** What has arrived so far is about to be looked at. */
  void look() {
    arrived = false;
  }

  /**
   * Something may have arrived: ends the wait of {@link #idle}, also one that is about to begin.
   * For any thread.
   */
  void arrive() {
    arrived = true;
    if (idle) {
      wake();
    }
  }

  /** Waits so long, or until asked to stop, or until something arrives that was not looked at. */
  void idle(long millis) {
    idle = true;
    try {
      sleep(millis);
    } finally {
      idle = false;
    }
  }

  void abandon() {
    abandoning = true;
    stop();
  }

  /** Waits so long, or until asked to stop. */
  void sleep(long millis) {
    synchronized (this) {
      if (stopping || millis <= 0 || (idle && arrived)) {
        return;
      }
      waiter = Thread.currentThread();
      waiting = true;
    }
    boolean interrupted = false;
    try {
      clock.sleep(millis);
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      synchronized (this) {
        waiting = false;
        // A late interrupt must not hit the next file operation; stopping says it all.
        if (Thread.interrupted() || interrupted) {
          stopping |= !woken;
          woken = false;
        }
      }
    }
  }
}
