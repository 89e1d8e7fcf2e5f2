package dev.sluice.operators.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Looks at eight bytes at a time. A mask has bit 7 of each matching byte set; the first match is
 * {@code Long.numberOfTrailingZeros(mask) >>> 3}. All tests are exact for every byte value.
 */
public final class Words {
  static final long ONES = 0x0101010101010101L;
  static final long HIGHS = 0x8080808080808080L;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private Words() {}

  /** The eight bytes from {@code at}, the first one in the lowest byte. */
  public static long load(byte[] data, int at) {
    return (long) LONGS.get(data, at);
  }

  /** The pattern that {@link #equal} looks for. */
  public static long pattern(int value) {
    return (value & 0xffL) * ONES;
  }

  /** Bytes equal to the pattern's. */
  public static long equal(long word, long pattern) {
    long different = word ^ pattern;
    return ~((different | HIGHS) - ONES | different) & HIGHS;
  }

  /** Bytes from 0 to {@code pattern - 1}, where 1 ≤ pattern ≤ 128. */
  public static long less(long word, long pattern) {
    return ~((word | HIGHS) - pattern | word) & HIGHS;
  }

  /** The index of the first byte equal to {@code value} in {@code [from, to)}, or {@code to}. */
  public static int indexOf(byte[] data, int from, int to, int value) {
    long pattern = pattern(value);
    int at = from;
    for (; at + 8 <= to; at += 8) {
      long hits = equal(load(data, at), pattern);
      if (hits != 0) {
        return at + (Long.numberOfTrailingZeros(hits) >>> 3);
      }
    }
    for (; at < to; at++) {
      if (data[at] == (byte) value) {
        return at;
      }
    }
    return to;
  }

  /** The index of the last byte equal to {@code value} in {@code [from, to)}, or -1. */
  public static int lastIndexOf(byte[] data, int from, int to, int value) {
    for (int at = to - 1; at >= from; at--) {
      if (data[at] == (byte) value) {
        return at;
      }
    }
    return -1;
  }
}
