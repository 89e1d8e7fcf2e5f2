package dev.sluice.operators.data;

import org.jspecify.annotations.Nullable;

/** Doubles. */
public final class DoubleColumn implements FlatColumn {
  private final DataType type;
  private final double[] values;
  private final Validity validity;
  private final int size;

  /**
   * Takes the array over; it may be longer than {@code size}. What stands in null rows means
   * nothing.
   */
  public DoubleColumn(DataType type, double[] values, Validity validity, int size) {
    this.type = type;
    this.values = values;
    this.validity = validity;
    this.size = size;
  }

  public double[] values() {
    return values;
  }

  public double get(int row) {
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
  public DoubleColumn gather(int[] rows, int count) {
    double[] picked = new double[count];
    for (int i = 0; i < count; i++) {
      picked[i] = values[rows[i]];
    }
    return new DoubleColumn(type, picked, validity.select(rows, count), count);
  }

  @Override
  public @Nullable Object value(int row) {
    return validity.isNull(row) ? null : (Object) values[row];
  }
}
