package dev.sluice.connectors.avro.client;

import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.LongColumn;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Arrays;
import org.apache.avro.io.Encoder;
import org.jspecify.annotations.Nullable;

/** Decimals as the big-endian two's complement of their unscaled value. */
final class DecimalWriter extends ValueWriter {
  private final int fixed;
  private final String path;
  private final byte[] padded;
  private final byte[] scratch = new byte[9];
  private @Nullable FlatColumn column;

  /** {@code fixed} is the number of bytes, -1 if their length stands before them. */
  DecimalWriter(int fixed, String path) {
    this.fixed = fixed;
    this.path = path;
    this.padded = new byte[Math.max(0, fixed)];
  }

  @Override
  void begin(FlatColumn next) {
    column = next;
  }

  private void writeLong(long value, Encoder out) throws IOException {
    int size = fixed;
    byte[] bytes = padded;
    if (fixed < 0) {
      size = 1 + (64 - Long.numberOfLeadingZeros(value ^ value >> 63)) / 8;
      bytes = scratch;
    }
    long left = value;
    for (int i = size - 1; i >= 0; i--) {
      bytes[i] = (byte) left;
      left >>= 8;
    }
    if (fixed < 0) {
      out.writeBytes(bytes, 0, size);
    } else {
      out.writeFixed(bytes, 0, size);
    }
  }

  @Override
  void write(int row, Encoder out) throws IOException {
    if (column instanceof LongColumn longs) {
      writeLong(longs.values()[row], out);
      return;
    }
    if (column == null || !(column.value(row) instanceof BigDecimal value)) {
      return;
    }
    byte[] bytes = value.unscaledValue().toByteArray();
    if (fixed >= 0 && bytes.length > fixed) {
      throw new IOException(
          "the number "
              + value.toPlainString()
              + " in column '"
              + path
              + "' does not fit in the bytes of the Avro schema");
    }
    if (fixed < 0) {
      out.writeBytes(bytes, 0, bytes.length);
      return;
    }
    int free = fixed - bytes.length;
    Arrays.fill(padded, 0, free, (byte) (value.signum() < 0 ? -1 : 0));
    System.arraycopy(bytes, 0, padded, free, bytes.length);
    out.writeFixed(padded, 0, fixed);
  }
}
