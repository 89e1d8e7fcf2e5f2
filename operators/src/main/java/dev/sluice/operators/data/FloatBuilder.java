package dev.sluice.operators.data;

import java.util.Arrays;

/** Builds a {@link FloatColumn}. */
public final class FloatBuilder extends ColumnBuilder {
  private final DataType type;
  private float[] values;

  FloatBuilder(DataType type, int capacity) {
    this.type = type;
    this.values = new float[capacity];
  }

  public void append(float value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, grown(size));
    }
    values[size++] = value;
  }

  @Override
  public void appendNull() {
    markNull();
    append(0f);
  }

  @Override
  void appendValid(FlatColumn column, int row) {
    append(((FloatColumn) column).get(row));
  }

  @Override
  void appendObject(Object value) {
    append(((Number) value).floatValue());
  }

  @Override
  public FloatColumn build() {
    return new FloatColumn(type, values, validity(), size);
  }
}
