package dev.sluice.operators.data;

import java.util.Arrays;

/** Builds a {@link DoubleColumn}. */
public final class DoubleBuilder extends ColumnBuilder {
  private final DataType type;
  private double[] values;

  DoubleBuilder(DataType type, int capacity) {
    this.type = type;
    this.values = new double[capacity];
  }

  public void append(double value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, grown(size));
    }
    values[size++] = value;
  }

  @Override
  public void appendNull() {
    markNull();
    append(0d);
  }

  @Override
  void appendValid(FlatColumn column, int row) {
    append(((DoubleColumn) column).get(row));
  }

  @Override
  void appendObject(Object value) {
    append(((Number) value).doubleValue());
  }

  @Override
  public DoubleColumn build() {
    return new DoubleColumn(type, values, validity(), size);
  }
}
