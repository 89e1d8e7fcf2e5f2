package dev.sluice.connectors.avro.client;

import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Decimal128Builder;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.LongBuilder;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Arrays;

/** Decimals from the big-endian two's complement of their unscaled value. */
final class DecimalAppender {
  private final int scale;
  private final DecimalType wanted;
  private final long most;

  DecimalAppender(int scale, DecimalType wanted) {
    this.scale = scale;
    this.wanted = wanted;
    this.most =
        wanted.precision() <= DecimalType.MAX_LONG_PRECISION
            ? BigInteger.TEN.pow(wanted.precision()).longValueExact()
            : Long.MAX_VALUE;
  }

  void append(byte[] bytes, int start, int length, ColumnBuilder to) throws IOException {
    int from = start;
    int left = length;
    // Leading bytes that only repeat the sign.
    while (left > 1 && bytes[from] == bytes[from + 1] >> 7) {
      from++;
      left--;
    }
    if (scale == wanted.scale() && left <= 8 && left > 0) {
      long value = bytes[from];
      for (int i = 1; i < left; i++) {
        value = value << 8 | bytes[from + i] & 0xff;
      }
      if (to instanceof Decimal128Builder wide) {
        wide.append(value >> 63, value);
        return;
      }
      if (value > -most && value < most) {
        ((LongBuilder) to).append(value);
        return;
      }
    }
    slow(Arrays.copyOfRange(bytes, from, from + left), to);
  }

  private void slow(byte[] bytes, ColumnBuilder to) throws IOException {
    BigInteger unscaled = bytes.length == 0 ? BigInteger.ZERO : new BigInteger(bytes);
    BigDecimal value =
        new BigDecimal(unscaled, scale).setScale(wanted.scale(), RoundingMode.HALF_UP);
    if (value.precision() > wanted.precision()) {
      throw new IOException("the number " + value.toPlainString() + " does not fit in " + wanted);
    }
    to.appendValue(value);
  }
}
