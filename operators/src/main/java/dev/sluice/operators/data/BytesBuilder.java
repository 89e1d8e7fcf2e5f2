package dev.sluice.operators.data;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Builds a {@link BytesColumn} whose bytes it copies together. */
public final class BytesBuilder extends ColumnBuilder {
  private final DataType type;
  private byte[] data;
  private int used;
  private int ended;
  private int[] starts;
  private int[] lengths;

  BytesBuilder(DataType type, int capacity) {
    this.type = type;
    this.data = new byte[Math.max(16, capacity * 8)];
    this.starts = new int[capacity];
    this.lengths = new int[capacity];
  }

  public void append(byte[] source, int from, int length) {
    ensureData(length);
    System.arraycopy(source, from, data, used, length);
    used += length;
    advance(used - length, length);
  }

  public void append(byte[] bytes) {
    append(bytes, 0, bytes.length);
  }

  public void append(String text) {
    append(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds a byte to the value being written, which {@link #endValue} ends. */
  public void put(byte value) {
    if (used == data.length) {
      ensureData(1);
    }
    data[used++] = value;
  }

  /** Adds bytes to the value being written. */
  public void put(byte[] source, int from, int length) {
    ensureData(length);
    System.arraycopy(source, from, data, used, length);
    used += length;
  }

  /** Adds bytes to the value being written, the letters A to Z in lower case. */
  public void putLower(byte[] source, int from, int length) {
    put(source, from, length);
    for (int i = used - length; i < used; i++) {
      byte letter = data[i];
      if (letter >= 'A' && letter <= 'Z') {
        data[i] = (byte) (letter + 32);
      }
    }
  }

  /** Ends the value made of all bytes put since the value before. */
  public void endValue() {
    int start = ended;
    advance(start, used - start);
  }

  private void ensureData(int more) {
    long needed = (long) used + more;
    if (needed > data.length) {
      data = Arrays.copyOf(data, Room.grownBytes(data.length, needed, Room.LONGEST));
    }
  }

  private void advance(int start, int length) {
    if (size == starts.length) {
      starts = Arrays.copyOf(starts, grown(size));
      lengths = Arrays.copyOf(lengths, starts.length);
    }
    starts[size] = start;
    lengths[size] = length;
    size++;
    ended = used;
  }

  @Override
  public void appendNull() {
    markNull();
    advance(0, 0);
  }

  @Override
  void appendValid(FlatColumn column, int row) {
    BytesColumn bytes = (BytesColumn) column;
    append(bytes.data(), bytes.starts()[row], bytes.lengths()[row]);
  }

  @Override
  void appendObject(Object value) {
    if (value instanceof byte[] bytes) {
      append(bytes);
    } else {
      append((String) value);
    }
  }

  @Override
  public BytesColumn build() {
    return new BytesColumn(type, data, starts, lengths, validity(), size);
  }
}
