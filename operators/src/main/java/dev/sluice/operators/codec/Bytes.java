package dev.sluice.operators.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing array of bytes that text is put together in. Not thread-safe. */
public final class Bytes {
  private static final int LONGEST_NUMBER = 20;
  private static final byte[] MIN_LONG =
      Long.toString(Long.MIN_VALUE).getBytes(StandardCharsets.US_ASCII);

  private byte[] data;
  private int size;

  public Bytes(int capacity) {
    data = new byte[capacity];
  }

  /** The array; it changes identity when it grows. */
  public byte[] data() {
    return data;
  }

  public int size() {
    return size;
  }

  public void clear() {
    size = 0;
  }

  /** Forgets what came after the first {@code newSize} bytes. */
  public void truncate(int newSize) {
    size = newSize;
  }

  /** Makes room; gives the index at which to write. {@link #commit} follows. */
  public int reserve(int more) {
    if (size + more > data.length) {
      if ((long) size + more > Integer.MAX_VALUE - 16) {
        throw new IllegalStateException("more than 2 GiB of text at once");
      }
      data = Arrays.copyOf(data, (int) Math.min(Integer.MAX_VALUE - 16, (size + more) * 2L));
    }
    return size;
  }

  public void commit(int newSize) {
    size = newSize;
  }

  public void put(int b) {
    reserve(1);
    data[size++] = (byte) b;
  }

  public void put(byte[] bytes) {
    put(bytes, 0, bytes.length);
  }

  public void put(byte[] bytes, int start, int length) {
    reserve(length);
    System.arraycopy(bytes, start, data, size, length);
    size += length;
  }

  /** Latin letters, digits and signs only. */
  public void putAscii(String text) {
    int length = text.length();
    reserve(length);
    for (int i = 0; i < length; i++) {
      data[size + i] = (byte) text.charAt(i);
    }
    size += length;
  }

  public void put(String text) {
    put(text.getBytes(StandardCharsets.UTF_8));
  }

  /** In decimal digits. */
  public void putLong(long value) {
    if (value == Long.MIN_VALUE) {
      put(MIN_LONG);
      return;
    }
    reserve(LONGEST_NUMBER);
    long rest = Math.abs(value);
    int at = size + digits(rest) + (value < 0 ? 1 : 0);
    int end = at;
    do {
      long tenth = rest / 10;
      data[--at] = (byte) ('0' + (rest - tenth * 10));
      rest = tenth;
    } while (rest != 0);
    if (value < 0) {
      data[--at] = '-';
    }
    size = end;
  }

  static int digits(long value) {
    int count = 1;
    long power = 10;
    while (count < 19 && value >= power) {
      count++;
      power *= 10;
    }
    return count;
  }
}
