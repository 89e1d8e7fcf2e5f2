package dev.sluice.operators.data;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;

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
  void appendValid(FlatColumn column, int row) {
    append(((LongColumn) column).get(row));
  }

  @Override
  void appendObject(Object value) {
    append(
        type instanceof DecimalType decimal
            ? ((BigDecimal) value)
                .setScale(decimal.scale(), RoundingMode.UNNECESSARY)
                .unscaledValue()
                .longValueExact()
            : ((Number) value).longValue());
  }

  @Override
  public LongColumn build() {
    return new LongColumn(type, values, validity(), size);
  }
}
