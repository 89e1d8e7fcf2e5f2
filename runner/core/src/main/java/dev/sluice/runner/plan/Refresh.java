package dev.sluice.runner.plan;

/**
 * When a static source is read anew.
 *
 * @param afterMillis how long what was read is good for; 0: for one batch
 */
public record Refresh(long afterMillis) {
  /** In each batch, as Spark does. */
  public static final Refresh EACH_BATCH = new Refresh(0);

  /** Never: it is read once a run. */
  public static final Refresh EACH_RUN = new Refresh(Long.MAX_VALUE);

  /** Whether what was read at a time is to be read anew; also if the clock was set back. */
  public boolean isDue(long readAtMillis, long nowMillis) {
    return afterMillis != Long.MAX_VALUE
        && (nowMillis < readAtMillis || nowMillis - readAtMillis >= afterMillis);
  }
}
