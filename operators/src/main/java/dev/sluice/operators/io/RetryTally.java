package dev.sluice.operators.io;

/**
 * Counts the retries of one source, sink or store, its own and those of its client. Thread-safe.
 */
public final class RetryTally {
  private Retried retried = Retried.NEVER;

  /** Something is tried again, for this reason. */
  public synchronized void add(String reason) {
    retried = new Retried(retried.count() + 1, reason);
  }

  public synchronized Retried retried() {
    return retried;
  }
}
