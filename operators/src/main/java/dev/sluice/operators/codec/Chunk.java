package dev.sluice.operators.codec;

import java.util.Arrays;

/**
 * A piece of the data held in memory: {@code data[from .. to)}. At least {@value #PADDING} bytes
 * past {@code to} may be read, so that kernels load whole words. Decoders append what they had to
 * rewrite (a field without its escapes) behind the data, so that every value is a slice of one
 * array.
 */
public final class Chunk {
  /** Bytes that may be read past the end; their content means nothing. */
  public static final int PADDING = 16;

  private byte[] data;
  private final int from;
  private final int to;
  private final long offset;
  private int used;

  /**
   * Takes the array over, which must be {@value #PADDING} bytes longer than {@code to}. {@code
   * offset} is the position of {@code data[from]} in the whole.
   */
  public Chunk(byte[] data, int from, int to, long offset) {
    this.data = data;
    this.from = from;
    this.to = to;
    this.offset = offset;
    this.used = to + PADDING;
  }

  /** A copy of some bytes with the padding that kernels need. */
  public static Chunk copyOf(byte[] bytes, int start, int length) {
    byte[] padded = new byte[length + PADDING];
    System.arraycopy(bytes, start, padded, 0, length);
    return new Chunk(padded, 0, length, 0);
  }

  /** The array; it changes identity when {@link #append} must grow it. */
  public byte[] data() {
    return data;
  }

  public int from() {
    return from;
  }

  public int to() {
    return to;
  }

  /** The position in the whole of the byte at index {@code at}. */
  public long offsetOf(int at) {
    return offset + (at - from);
  }

  /** Puts bytes behind the data; gives the index where they begin. */
  public int append(byte[] bytes, int start, int length) {
    int at = reserve(length);
    System.arraycopy(bytes, start, data, at, length);
    used = at + length;
    return at;
  }

  /**
   * Makes room for {@code length} bytes behind the data and gives its index; {@link #commit} says
   * how many came. {@link #data} must be asked again afterwards.
   */
  public int reserve(int length) {
    if (used + length + PADDING > data.length) {
      data = Arrays.copyOf(data, Math.max(used + length + PADDING, data.length + data.length / 4));
    }
    return used;
  }

  public void commit(int length) {
    used += length;
  }
}
