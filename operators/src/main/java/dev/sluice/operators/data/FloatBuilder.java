package dev.sluice.operators.data;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

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
  public void appendFrom(Column column, int row) {
    if (column instanceof SelectedColumn selected) {
      appendFrom(selected.base(), selected.rows()[row]);
    } else if (column instanceof ConstantColumn constant) {
      appendFrom(constant.one(), 0);
    } else if (column.isNull(row)) {
      appendNull();
    } else {
      append(((FloatColumn) column).get(row));
    }
  }

  @Override
  public void appendValue(@Nullable Object value) {
    if (value == null) {
      appendNull();
    } else {
      append(((Number) value).floatValue());
    }
  }

  @Override
  public FloatColumn build() {
    return new FloatColumn(type, values, validity(), size);
  }
}
