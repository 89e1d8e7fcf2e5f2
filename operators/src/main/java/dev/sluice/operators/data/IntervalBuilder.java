package dev.sluice.operators.data;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

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
  public void appendFrom(Column column, int row) {
    appendValue(column.value(row));
  }

  @Override
  public void appendValue(@Nullable Object value) {
    if (value == null) {
      appendNull();
    } else {
      CalendarInterval interval = (CalendarInterval) value;
      append(interval.months(), interval.days(), interval.microseconds());
    }
  }

  @Override
  public IntervalColumn build() {
    return new IntervalColumn(months, days, microseconds, validity(), size);
  }
}
