package dev.sluice.operators.data;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

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
  public void appendFrom(Column column, int row) {
    if (column instanceof SelectedColumn selected) {
      appendFrom(selected.base(), selected.rows()[row]);
    } else if (column instanceof ConstantColumn constant) {
      appendFrom(constant.one(), 0);
    } else if (column.isNull(row)) {
      appendNull();
    } else {
      append(((BooleanColumn) column).get(row));
    }
  }

  @Override
  public void appendValue(@Nullable Object value) {
    if (value == null) {
      appendNull();
    } else {
      append((Boolean) value);
    }
  }

  @Override
  public BooleanColumn build() {
    return new BooleanColumn(type, values, validity(), size);
  }
}
