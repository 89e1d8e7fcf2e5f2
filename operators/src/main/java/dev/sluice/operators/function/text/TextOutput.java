package dev.sluice.operators.function.text;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Room;
import dev.sluice.operators.data.Validity;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The bytes of a result column while a kernel writes them: row by row, within the {@link Room}
 * there is.
 */
final class TextOutput {
  private final int[] starts;
  private final int[] lengths;
  private byte[] data;
  private int used;

  /** {@code expected}: how many bytes are likely to be written. */
  TextOutput(int rows, long expected) {
    this.starts = new int[rows];
    this.lengths = new int[rows];
    this.data = new byte[(int) Math.max(16, Math.min(expected, 1 << 24))];
  }

  void begin(int newRow) {
    starts[newRow] = used;
  }

  void end(int endedRow) {
    lengths[endedRow] = used - starts[endedRow];
  }

  /** For a null row. */
  void skip(int skipped) {
    starts[skipped] = 0;
    lengths[skipped] = 0;
  }

  void put(byte value) {
    if (used == data.length) {
      reserve(1);
    }
    data[used++] = value;
  }

  void put(byte[] source, int from, int length) {
    reserve(length);
    System.arraycopy(source, from, data, used, length);
    used += length;
  }

  void put(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    put(bytes, 0, bytes.length);
  }

  /**
   * Makes room for so many bytes; the array to write to, from {@link #position} on, then {@link
   * #advance}.
   */
  byte[] reserve(int more) {
    long needed = (long) used + more;
    if (needed > data.length) {
      data = Arrays.copyOf(data, Room.grownBytes(data.length, needed, Room.BYTES));
    }
    return data;
  }

  int position() {
    return used;
  }

  void advance(int written) {
    used += written;
  }

  BytesColumn build(Validity validity) {
    return build(AtomicType.STRING, validity);
  }

  BytesColumn build(DataType type, Validity validity) {
    return new BytesColumn(type, data, starts, lengths, validity, starts.length);
  }
}
