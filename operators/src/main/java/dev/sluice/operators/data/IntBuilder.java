package dev.sluice.operators.data;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

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
  public void appendFrom(Column column, int row) {
    if (column instanceof SelectedColumn selected) {
      appendFrom(selected.base(), selected.rows()[row]);
    } else if (column instanceof ConstantColumn constant) {
      appendFrom(constant.one(), 0);
    } else if (column.isNull(row)) {
      appendNull();
    } else {
      append(((IntColumn) column).get(row));
    }
  }

  @Override
  public void appendValue(@Nullable Object value) {
    if (value == null) {
      appendNull();
    } else {
      append(((Number) value).intValue());
    }
  }

  @Override
  public IntColumn build() {
    return new IntColumn(type, values, validity(), size);
  }
}
