package dev.sluice.operators.data;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * Decimals of more than 18 digits: the unscaled value as a 128-bit two's complement number in two
 * longs.
 */
public final class Decimal128Column implements FlatColumn {
  private final DecimalType type;
  private final long[] high;
  private final long[] low;
  private final Validity validity;
  private final int size;

  public Decimal128Column(DecimalType type, long[] high, long[] low, Validity validity, int size) {
    this.type = type;
    this.high = high;
    this.low = low;
    this.validity = validity;
    this.size = size;
  }

  public long[] high() {
    return high;
  }

  public long[] low() {
    return low;
  }

  /** The unscaled value of a row that is not null. */
  public BigInteger unscaled(int row) {
    return toBigInteger(high[row], low[row]);
  }

  public static BigInteger toBigInteger(long high, long low) {
    if (high == low >> 63) {
      return BigInteger.valueOf(low);
    }
    byte[] bytes = new byte[16];
    for (int i = 0; i < 8; i++) {
      bytes[i] = (byte) (high >> (56 - 8 * i));
      bytes[8 + i] = (byte) (low >> (56 - 8 * i));
    }
    return new BigInteger(bytes);
  }

  @Override
  public DecimalType type() {
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
  public Decimal128Column gather(int[] rows, int count) {
    long[] newHigh = new long[count];
    long[] newLow = new long[count];
    for (int i = 0; i < count; i++) {
      newHigh[i] = high[rows[i]];
      newLow[i] = low[rows[i]];
    }
    return new Decimal128Column(type, newHigh, newLow, validity.select(rows, count), count);
  }

  @Override
  public @Nullable Object value(int row) {
    return validity.isNull(row) ? null : new BigDecimal(unscaled(row), type.scale());
  }
}
