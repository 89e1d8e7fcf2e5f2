package dev.sluice.runner.plan;

import java.util.Locale;

/**
 * Which of several watermarks is the query's, by the words of Spark's {@code
 * multipleWatermarkPolicy}.
 */
public enum WatermarkPolicy {
  /** The slowest: no step loses a row to another. */
  MIN,
  /** The fastest. */
  MAX;

  /** The policy of that word; {@link #MIN} for any that is none. */
  public static WatermarkPolicy of(String word) {
    return word.equalsIgnoreCase("max") ? MAX : MIN;
  }

  /** As files and checkpoints have it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
