package dev.sluice.operators.data;

import java.util.Locale;

/** {@code INTERVAL start TO end} of years and months, held in months. */
public record YearMonthIntervalType(Unit start, Unit end) implements DataType {
  public static final YearMonthIntervalType DEFAULT =
      new YearMonthIntervalType(Unit.YEAR, Unit.MONTH);

  /** The fields of a year-month interval, largest first. */
  public enum Unit {
    YEAR,
    MONTH
  }

  public YearMonthIntervalType {
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
    return Physical.INT;
  }

  @Override
  public String toString() {
    return catalogString();
  }
}
