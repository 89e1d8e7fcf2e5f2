package dev.sluice.operators.data;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * bigint, timestamps and day-time intervals (microseconds), decimals of up to 18 digits (unscaled).
 */
public final class LongColumn implements FlatColumn {
  private final DataType type;
  private final long[] values;
  private final Validity validity;
  private final int size;

  /**
   * Takes the array over; it may be longer than {@code size}. What stands in null rows means
   * nothing.
   */
  public LongColumn(DataType type, long[] values, Validity validity, int size) {
    this.type = type;
    this.values = values;
    this.validity = validity;
    this.size = size;
  }

  public long[] values() {
    return values;
  }

  public long get(int row) {
    return values[row];
  }

  @Override
  public DataType type() {
    return type;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Validity validity() {
    return validity;
  }

  @Override
  public LongColumn gather(int[] rows, int count) {
    long[] picked = new long[count];
    for (int i = 0; i < count; i++) {
      picked[i] = values[rows[i]];
    }
    return new LongColumn(type, picked, validity.select(rows, count), count);
  }

  @Override
  public @Nullable Object value(int row) {
    if (validity.isNull(row)) {
      return null;
    }
    if (type instanceof DecimalType decimal) {
      return BigDecimal.valueOf(values[row], decimal.scale());
    }
    return values[row];
  }
}
