package dev.sluice.connectors;

/**
 * A source that can freeze its end: trigger {@code availableNow} then runs several batches up to
 * it, otherwise a single one.
 */
public interface SupportsAvailableNow {
  /**
   * Called once, before the first {@link Source#latestOffset}: from now on nothing newer than this
   * moment is delivered.
   */
  void prepareForAvailableNow();
}
