package dev.sluice.operators.data;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Builds a {@link LongColumn}. */
public final class LongBuilder extends ColumnBuilder {
  private final DataType type;
  private long[] values;

  LongBuilder(DataType type, int capacity) {
    this.type = type;
    this.values = new long[capacity];
  }

  public void append(long value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, grown(size));
    }
    values[size++] = value;
  }

  @Override
  public void appendNull() {
    markNull();
    append(0L);
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
      append(((LongColumn) column).get(row));
    }
  }

  @Override
  public void appendValue(@Nullable Object value) {
    if (value == null) {
      appendNull();
    } else {
      append(
          type instanceof DecimalType decimal
              ? ((BigDecimal) value)
                  .setScale(decimal.scale(), RoundingMode.UNNECESSARY)
                  .unscaledValue()
                  .longValueExact()
              : ((Number) value).longValue());
    }
  }

  @Override
  public LongColumn build() {
    return new LongColumn(type, values, validity(), size);
  }
}
