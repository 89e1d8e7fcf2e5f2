package dev.sluice.operators.function.text;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Code points in UTF-8 bytes. Malformed bytes count as one code point each, or as Java's decoder
 * joins them.
 */
final class Utf8 {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long HIGH_BITS = 0x8080808080808080L;

  private Utf8() {}

  static boolean isAscii(byte[] data, int start, int length) {
    int at = start;
    int end = start + length;
    for (; at + 8 <= end; at += 8) {
      if (((long) LONGS.get(data, at) & HIGH_BITS) != 0) {
        return false;
      }
    }
    if (at < end && at + 8 <= data.length) {
      // What stands behind is shifted out.
      return ((long) LONGS.get(data, at) << (8 - (end - at)) * 8 & HIGH_BITS) == 0;
    }
    for (; at < end; at++) {
      if (data[at] < 0) {
        return false;
      }
    }
    return true;
  }

  /** How many code points the bytes hold: all bytes but continuation bytes. */
  static int length(byte[] data, int start, int length) {
    int count = 0;
    int at = start;
    int end = start + length;
    for (; at + 8 <= end; at += 8) {
      long word = (long) LONGS.get(data, at);
      // A continuation byte is 10xxxxxx: bit 7 set and bit 6 clear.
      long continuation = word & ~(word << 1) & HIGH_BITS;
      count += 8 - Long.bitCount(continuation);
    }
    for (; at < end; at++) {
      if ((data[at] & 0xC0) != 0x80) {
        count++;
      }
    }
    return count;
  }

  /** The offset of the {@code count}-th code point after {@code from}, at most {@code end}. */
  static int skip(byte[] data, int from, int end, int count) {
    int at = from;
    for (int i = 0; i < count && at < end; i++) {
      at += width(data[at]);
    }
    return Math.min(at, end);
  }

  /** How many bytes the code point that begins with this byte takes. */
  static int width(byte first) {
    if (first >= 0) {
      return 1;
    }
    int bits = first & 0xFF;
    if (bits >= 0xF0) {
      return 4;
    }
    if (bits >= 0xE0) {
      return 3;
    }
    return bits >= 0xC0 ? 2 : 1;
  }

  /** The first place at or after {@code from} where the pattern stands, or -1. */
  static int indexOf(
      byte[] data, int from, int end, byte[] pattern, int patternStart, int patternLength) {
    if (patternLength == 0) {
      return from <= end ? from : -1;
    }
    byte first = pattern[patternStart];
    int last = end - patternLength;
    for (int at = from; at <= last; at++) {
      if (data[at] == first && matches(data, at, pattern, patternStart, patternLength)) {
        return at;
      }
    }
    return -1;
  }

  /** The last place before {@code end} at or after {@code from} where the pattern stands, or -1. */
  static int lastIndexOf(
      byte[] data, int from, int end, byte[] pattern, int patternStart, int patternLength) {
    for (int at = end - patternLength; at >= from; at--) {
      if (matches(data, at, pattern, patternStart, patternLength)) {
        return at;
      }
    }
    return -1;
  }

  static boolean matches(byte[] data, int at, byte[] pattern, int patternStart, int patternLength) {
    for (int i = 0; i < patternLength; i++) {
      if (data[at + i] != pattern[patternStart + i]) {
        return false;
      }
    }
    return true;
  }
}
