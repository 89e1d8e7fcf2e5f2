package dev.sluice.operators.time;

/**
 * Windows of one length that begin at regular distances, aligned to 1970-01-01 00:00 UTC: a row
 * belongs to each window that holds its time, the start included and the end not. Microseconds
 * throughout.
 *
 * @param duration how long a window is
 * @param slide how far apart windows begin; equal to the duration they touch, shorter they overlap
 * @param startTime by how much windows are off 1970-01-01 00:00 UTC
 */
public record TimeWindows(long duration, long slide, long startTime) {
  /** Throws IllegalArgumentException with a sentence for the user. */
  public TimeWindows {
    if (duration <= 0) {
      throw new IllegalArgumentException("a window must be longer than nothing");
    }
    if (slide <= 0) {
      throw new IllegalArgumentException("windows must begin some time apart");
    }
    if (slide > duration) {
      throw new IllegalArgumentException("windows must not begin further apart than they are long");
    }
    if (Math.abs(startTime) >= slide) {
      throw new IllegalArgumentException("the start time must be less than the slide");
    }
  }

  /** True if no two windows overlap. */
  public boolean tumbling() {
    return slide == duration;
  }

  /** The most windows that a time is in. */
  public int overlap() {
    return Math.toIntExact((duration + slide - 1) / slide);
  }

  /**
   * The start of the last window that begins at or before a time; the others that may hold it begin
   * one slide earlier each.
   */
  public long lastStart(long micros) {
    return Math.subtractExact(micros, Math.floorMod(Math.subtractExact(micros, startTime), slide));
  }
}
