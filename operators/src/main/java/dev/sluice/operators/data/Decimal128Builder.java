package dev.sluice.operators.data;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Arrays;

/** Builds a {@link Decimal128Column}. */
public final class Decimal128Builder extends ColumnBuilder {
  private final DecimalType type;
  private long[] high;
  private long[] low;

  Decimal128Builder(DecimalType type, int capacity) {
    this.type = type;
    this.high = new long[capacity];
    this.low = new long[capacity];
  }

  public void append(long highBits, long lowBits) {
    if (size == high.length) {
      high = Arrays.copyOf(high, grown(size));
      low = Arrays.copyOf(low, high.length);
    }
    high[size] = highBits;
    low[size] = lowBits;
    size++;
  }

  /** The unscaled value, of at most 127 bits. */
  public void append(BigInteger unscaled) {
    append(unscaled.shiftRight(64).longValue(), unscaled.longValue());
  }

  @Override
  public void appendNull() {
    markNull();
    append(0L, 0L);
  }

  @Override
  void appendValid(FlatColumn column, int row) {
    Decimal128Column decimals = (Decimal128Column) column;
    append(decimals.high()[row], decimals.low()[row]);
  }

  @Override
  void appendObject(Object value) {
    append(((BigDecimal) value).setScale(type.scale(), RoundingMode.UNNECESSARY).unscaledValue());
  }

  @Override
  public Decimal128Column build() {
    return new Decimal128Column(type, high, low, validity(), size);
  }
}
