package dev.sluice.connectors.retry;

/**
 * How long a failure that may pass is waited out. The wait doubles from one retry to the next; a
 * part of it is left to chance, so that many who failed together do not come back together.
 *
 * @param most how often a call is tried again
 * @param patienceMillis no retry begins later than this after the first failure
 * @param firstWaitMillis before the first retry
 * @param longestWaitMillis what the wait grows to
 */
public record RetryPolicy(
    int most, long patienceMillis, long firstWaitMillis, long longestWaitMillis) {
  /** Which part of a wait is left to chance. */
  private static final double JITTER = 0.25;

  /** As often as the time allows, beginning with a wait of 200 ms, at most 5 s. */
  public static RetryPolicy within(long patienceMillis) {
    return new RetryPolicy(Integer.MAX_VALUE, patienceMillis, 200, 5_000);
  }

  /** So often, whatever time it takes. */
  public static RetryPolicy times(int most, long firstWaitMillis, long longestWaitMillis) {
    return new RetryPolicy(most, Long.MAX_VALUE, firstWaitMillis, longestWaitMillis);
  }

  /**
   * How long to wait before a retry.
   *
   * @param retry from 0
   * @param chance from 0 to 1
   */
  public long waitMillis(int retry, double chance) {
    long doubled = retry < 20 ? firstWaitMillis << retry : longestWaitMillis;
    return Math.round(Math.min(longestWaitMillis, doubled) * (1 - JITTER * chance));
  }
}
