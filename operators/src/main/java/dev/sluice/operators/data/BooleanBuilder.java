package dev.sluice.operators.data;

import java.util.Arrays;

/** Builds a {@link BooleanColumn}. */
public final class BooleanBuilder extends ColumnBuilder {
  private final DataType type;
  private boolean[] values;

  BooleanBuilder(DataType type, int capacity) {
    this.type = type;
    this.values = new boolean[capacity];
  }

  public void append(boolean value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, grown(size));
    }
    values[size++] = value;
  }

  @Override
  public void appendNull() {
    markNull();
    append(false);
  }

  @Override
  void appendValid(FlatColumn column, int row) {
    append(((BooleanColumn) column).get(row));
  }

  @Override
  void appendObject(Object value) {
    append((Boolean) value);
  }

  @Override
  public BooleanColumn build() {
    return new BooleanColumn(type, values, validity(), size);
  }
}
