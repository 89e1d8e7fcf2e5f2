package dev.sluice.operators.data;

import java.util.Arrays;

/** Builds a {@link IntColumn}. */
public final class IntBuilder extends ColumnBuilder {
  private final DataType type;
  private int[] values;

  IntBuilder(DataType type, int capacity) {
    this.type = type;
    this.values = new int[capacity];
  }

  public void append(int value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, grown(size));
    }
    values[size++] = value;
  }

  @Override
  public void appendNull() {
    markNull();
    append(0);
  }

  @Override
  void appendValid(FlatColumn column, int row) {
    append(((IntColumn) column).get(row));
  }

  @Override
  void appendObject(Object value) {
    append(((Number) value).intValue());
  }

  @Override
  public IntColumn build() {
    return new IntColumn(type, values, validity(), size);
  }
}
