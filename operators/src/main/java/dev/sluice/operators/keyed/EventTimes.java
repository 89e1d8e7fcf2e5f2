package dev.sluice.operators.keyed;

import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.StructColumn;
import dev.sluice.operators.data.Validity;

/**
 * The event times of a column: its timestamps, or the ends of its windows. In microseconds since
 * 1970; a null is never late and never moves a watermark.
 *
 * @param micros by row
 */
public record EventTimes(long[] micros, Validity validity) {
  public static EventTimes of(Column column) {
    FlatColumn flat = column.flatten();
    if (flat instanceof StructColumn window) {
      LongColumn ends = (LongColumn) window.child(1).flatten();
      return new EventTimes(ends.values(), window.validity());
    }
    LongColumn times = (LongColumn) flat;
    return new EventTimes(times.values(), times.validity());
  }

  /** Of each of so many rows the earlier time; that of the other where one is not known. */
  public EventTimes orEarlier(EventTimes other, int rows) {
    long[] earlier = new long[rows];
    boolean[] unknown = new boolean[rows];
    for (int row = 0; row < rows; row++) {
      long own = isKnown(row) ? micros[row] : Long.MAX_VALUE;
      earlier[row] = other.isKnown(row) ? Math.min(own, other.micros[row]) : own;
      unknown[row] = !isKnown(row) && !other.isKnown(row);
    }
    return new EventTimes(earlier, Validity.ofNulls(unknown, rows));
  }

  public boolean isKnown(int row) {
    return validity.isValid(row);
  }

  /** The rows after a watermark, and those without a time; {@link #ALL} if they are all. */
  public int[] onTime(int rows, long watermarkMillis) {
    long limit = watermarkMicros(watermarkMillis);
    int late = 0;
    for (int row = 0; row < rows; row++) {
      late += micros[row] <= limit && validity.isValid(row) ? 1 : 0;
    }
    int[] kept = new int[rows - late];
    int count = 0;
    for (int row = 0; row < rows && late > 0; row++) {
      if (micros[row] > limit || validity.isNull(row)) {
        kept[count++] = row;
      }
    }
    return late == 0 ? ALL : kept;
  }

  /** What {@link #onTime} gives if no row is late; to be compared by identity. */
  public static final int[] ALL = new int[0];

  public static long watermarkMicros(long watermarkMillis) {
    return watermarkMillis > Long.MAX_VALUE / 1000 ? Long.MAX_VALUE : watermarkMillis * 1000;
  }
}
