package dev.sluice.operators.data;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

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
  public void appendFrom(Column column, int row) {
    if (column instanceof SelectedColumn selected) {
      appendFrom(selected.base(), selected.rows()[row]);
    } else if (column instanceof ConstantColumn constant) {
      appendFrom(constant.one(), 0);
    } else if (column.isNull(row)) {
      appendNull();
    } else {
      append(((DoubleColumn) column).get(row));
    }
  }

  @Override
  public void appendValue(@Nullable Object value) {
    if (value == null) {
      appendNull();
    } else {
      append(((Number) value).doubleValue());
    }
  }

  @Override
  public DoubleColumn build() {
    return new DoubleColumn(type, values, validity(), size);
  }
}
