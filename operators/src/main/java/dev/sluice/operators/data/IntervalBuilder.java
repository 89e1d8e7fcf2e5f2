package dev.sluice.operators.data;

import java.util.Arrays;

/** Builds an {@link IntervalColumn}. */
public final class IntervalBuilder extends ColumnBuilder {
  private int[] months;
  private int[] days;
  private long[] microseconds;

  IntervalBuilder(int capacity) {
    this.months = new int[capacity];
    this.days = new int[capacity];
    this.microseconds = new long[capacity];
  }

  public void append(int valueMonths, int valueDays, long valueMicroseconds) {
    if (size == months.length) {
      months = Arrays.copyOf(months, grown(size));
      days = Arrays.copyOf(days, months.length);
      microseconds = Arrays.copyOf(microseconds, months.length);
    }
    months[size] = valueMonths;
    days[size] = valueDays;
    microseconds[size] = valueMicroseconds;
    size++;
  }

  @Override
  public void appendNull() {
    markNull();
    append(0, 0, 0L);
  }

  @Override
  void appendValid(FlatColumn column, int row) {
    IntervalColumn intervals = (IntervalColumn) column;
    append(intervals.months()[row], intervals.days()[row], intervals.microseconds()[row]);
  }

  @Override
  void appendObject(Object value) {
    CalendarInterval interval = (CalendarInterval) value;
    append(interval.months(), interval.days(), interval.microseconds());
  }

  @Override
  public IntervalColumn build() {
    return new IntervalColumn(months, days, microseconds, validity(), size);
  }
}
