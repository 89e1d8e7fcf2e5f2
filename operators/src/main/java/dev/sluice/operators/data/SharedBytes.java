package dev.sluice.operators.data;

import java.util.Arrays;

/**
 * A result of texts that mostly stand in the bytes of an argument: it shares those, and begins to
 * copy at the first text that stands elsewhere.
 */
public final class SharedBytes {
  private final byte[] shared;
  private final int[] starts;
  private final int[] lengths;
  private byte[] data;
  private int used;

  /** For {@code rows} values, of which those that are never put are empty. */
  public SharedBytes(byte[] shared, int rows) {
    this.shared = shared;
    this.data = shared;
    this.starts = new int[rows];
    this.lengths = new int[rows];
  }

  /** The value of a row; rows come in their order. */
  public void put(int row, byte[] text, int from, int length) {
    if (data == shared) {
      if (text == shared) {
        starts[row] = from;
        lengths[row] = length;
        return;
      }
      copyRows(row);
    }
    reserve(length);
    System.arraycopy(text, from, data, used, length);
    starts[row] = used;
    lengths[row] = length;
    used += length;
  }

  private void copyRows(int count) {
    data = new byte[64];
    for (int i = 0; i < count; i++) {
      reserve(lengths[i]);
      System.arraycopy(shared, starts[i], data, used, lengths[i]);
      starts[i] = used;
      used += lengths[i];
    }
  }

  private void reserve(int more) {
    long needed = (long) used + more;
    if (needed > data.length) {
      data = Arrays.copyOf(data, Room.grownBytes(data.length, needed, Room.LONGEST));
    }
  }

  public BytesColumn build(DataType type, Validity validity) {
    return new BytesColumn(type, data, starts, lengths, validity, starts.length);
  }
}
