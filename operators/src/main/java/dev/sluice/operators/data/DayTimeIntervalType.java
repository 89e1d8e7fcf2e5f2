package dev.sluice.operators.data;

import java.util.Locale;

/** {@code INTERVAL start TO end} of days, hours, minutes and seconds, held in microseconds. */
public record DayTimeIntervalType(Unit start, Unit end) implements DataType {
  public static final DayTimeIntervalType DEFAULT = new DayTimeIntervalType(Unit.DAY, Unit.SECOND);

  /** The fields of a day-time interval, largest first. */
  public enum Unit {
    DAY,
    HOUR,
    MINUTE,
    SECOND
  }

  public DayTimeIntervalType {
    if (start.compareTo(end) > 0) {
      throw new IllegalArgumentException("interval " + start + " to " + end + " is out of order");
    }
  }

  @Override
  public String catalogString() {
    return sql().toLowerCase(Locale.ROOT);
  }

  @Override
  public String sql() {
    return start == end ? "INTERVAL " + start : "INTERVAL " + start + " TO " + end;
  }

  @Override
  public Physical physical() {
    return Physical.LONG;
  }

  @Override
  public String toString() {
    return catalogString();
  }
}
