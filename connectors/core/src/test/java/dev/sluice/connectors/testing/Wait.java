package dev.sluice.connectors.testing;

import java.util.concurrent.locks.LockSupport;

/** Between two looks at what a test waits for. */
public final class Wait {
  private Wait() {}

  /**
   * Lets others work; fails once the test's time is over, of which JUnit tells by an interrupt:
   * what never comes must not be waited for without an end.
   */
  public static void aMoment() {
    if (Thread.currentThread().isInterrupted()) {
      throw new IllegalStateException("what is waited for has not come in time");
    }
    LockSupport.parkNanos(1_000_000);
  }
}
