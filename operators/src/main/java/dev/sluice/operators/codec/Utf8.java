package dev.sluice.operators.codec;

import java.nio.charset.StandardCharsets;

/** Well-formed UTF-8, as the JDK's decoder understands it. */
public final class Utf8 {
  private Utf8() {}

  /** True if no byte of {@code [from, to)} is above 127. */
  public static boolean isAscii(byte[] data, int from, int to) {
    int at = from;
    for (; at + 8 <= to; at += 8) {
      if ((Words.load(data, at) & Words.HIGHS) != 0) {
        return false;
      }
    }
    for (; at < to; at++) {
      if (data[at] < 0) {
        return false;
      }
    }
    return true;
  }

  /** The index of the first byte that begins no well-formed character, or {@code to}. */
  public static int firstInvalid(byte[] data, int from, int to) {
    int at = from;
    while (at < to) {
      if (at + 8 <= to && (Words.load(data, at) & Words.HIGHS) == 0) {
        at += 8;
        continue;
      }
      int length = characterLength(data, at, to);
      if (length == 0) {
        return at;
      }
      at += length;
    }
    return to;
  }

  private static int characterLength(byte[] data, int at, int to) {
    int first = data[at];
    if (first >= 0) {
      return 1;
    }
    first &= 0xff;
    if (first >= 0xc2 && first <= 0xdf) {
      return continues(data, at + 1, to) ? 2 : 0;
    }
    if (first >= 0xe0 && first <= 0xef) {
      if (!continues(data, at + 1, to) || !continues(data, at + 2, to)) {
        return 0;
      }
      int second = data[at + 1] & 0xff;
      boolean overlong = first == 0xe0 && second < 0xa0;
      boolean surrogate = first == 0xed && second > 0x9f;
      return overlong || surrogate ? 0 : 3;
    }
    if (first >= 0xf0 && first <= 0xf4) {
      if (!continues(data, at + 1, to)
          || !continues(data, at + 2, to)
          || !continues(data, at + 3, to)) {
        return 0;
      }
      int second = data[at + 1] & 0xff;
      boolean overlong = first == 0xf0 && second < 0x90;
      boolean tooLarge = first == 0xf4 && second > 0x8f;
      return overlong || tooLarge ? 0 : 4;
    }
    return 0;
  }

  private static boolean continues(byte[] data, int at, int to) {
    return at < to && (data[at] & 0xc0) == 0x80;
  }

  /** The chunk itself if it is well-formed, else a copy with U+FFFD in place of what is not. */
  public static Chunk repaired(Chunk chunk) {
    if (firstInvalid(chunk.data(), chunk.from(), chunk.to()) == chunk.to()) {
      return chunk;
    }
    String text =
        new String(chunk.data(), chunk.from(), chunk.to() - chunk.from(), StandardCharsets.UTF_8);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    byte[] padded = new byte[bytes.length + Chunk.PADDING];
    System.arraycopy(bytes, 0, padded, 0, bytes.length);
    return new Chunk(padded, 0, bytes.length, chunk.offsetOf(chunk.from()));
  }

  /**
   * Appends a code point; gives the index behind it. Lone surrogates become {@code ?}, as in Java.
   */
  public static int encode(int codePoint, byte[] into, int at) {
    int end = at;
    if (codePoint < 0x80) {
      into[end++] = (byte) codePoint;
    } else if (codePoint < 0x800) {
      into[end++] = (byte) (0xc0 | codePoint >> 6);
      into[end++] = (byte) (0x80 | codePoint & 0x3f);
    } else if (codePoint >= 0xd800 && codePoint <= 0xdfff) {
      into[end++] = '?';
    } else if (codePoint < 0x10000) {
      into[end++] = (byte) (0xe0 | codePoint >> 12);
      into[end++] = (byte) (0x80 | codePoint >> 6 & 0x3f);
      into[end++] = (byte) (0x80 | codePoint & 0x3f);
    } else {
      into[end++] = (byte) (0xf0 | codePoint >> 18);
      into[end++] = (byte) (0x80 | codePoint >> 12 & 0x3f);
      into[end++] = (byte) (0x80 | codePoint >> 6 & 0x3f);
      into[end++] = (byte) (0x80 | codePoint & 0x3f);
    }
    return end;
  }
}
