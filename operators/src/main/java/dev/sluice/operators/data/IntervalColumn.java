package dev.sluice.operators.data;

import org.jspecify.annotations.Nullable;

/** Calendar intervals: months, days and microseconds. */
public final class IntervalColumn implements FlatColumn {
  private final int[] months;
  private final int[] days;
  private final long[] microseconds;
  private final Validity validity;
  private final int size;

  public IntervalColumn(
      int[] months, int[] days, long[] microseconds, Validity validity, int size) {
    this.months = months;
    this.days = days;
    this.microseconds = microseconds;
    this.validity = validity;
    this.size = size;
  }

  public int[] months() {
    return months;
  }

  public int[] days() {
    return days;
  }

  public long[] microseconds() {
    return microseconds;
  }

  @Override
  public DataType type() {
    return AtomicType.CALENDAR_INTERVAL;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Validity validity() {
    return validity;
  }

  @Override
  public IntervalColumn gather(int[] rows, int count) {
    int[] newMonths = new int[count];
    int[] newDays = new int[count];
    long[] newMicroseconds = new long[count];
    for (int i = 0; i < count; i++) {
      newMonths[i] = months[rows[i]];
      newDays[i] = days[rows[i]];
      newMicroseconds[i] = microseconds[rows[i]];
    }
    return new IntervalColumn(
        newMonths, newDays, newMicroseconds, validity.select(rows, count), count);
  }

  @Override
  public @Nullable Object value(int row) {
    return validity.isNull(row)
        ? null
        : new CalendarInterval(months[row], days[row], microseconds[row]);
  }
}
