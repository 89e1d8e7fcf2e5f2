package dev.sluice.operators.data;

import org.jspecify.annotations.Nullable;

/** tinyint, smallint, int, date (days since 1970-01-01) and year-month intervals (months). */
public final class IntColumn implements FlatColumn {
  private final DataType type;
  private final int[] values;
  private final Validity validity;
  private final int size;

  /**
   * Takes the array over; it may be longer than {@code size}. What stands in null rows means
   * nothing.
   */
  public IntColumn(DataType type, int[] values, Validity validity, int size) {
    this.type = type;
    this.values = values;
    this.validity = validity;
    this.size = size;
  }

  public int[] values() {
    return values;
  }

  public int get(int row) {
    return values[row];
  }

  @Override
  public DataType type() {
    return type;
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
  public IntColumn gather(int[] rows, int count) {
    int[] picked = new int[count];
    for (int i = 0; i < count; i++) {
      picked[i] = values[rows[i]];
    }
    return new IntColumn(type, picked, validity.select(rows, count), count);
  }

  @Override
  public @Nullable Object value(int row) {
    return validity.isNull(row) ? null : (Object) values[row];
  }
}
