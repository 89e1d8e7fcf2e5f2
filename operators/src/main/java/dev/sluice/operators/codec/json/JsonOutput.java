package dev.sluice.operators.codec.json;

import java.util.Arrays;

/** JSON being written: puts the commas, escapes what must be. */
final class JsonOutput {
  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'
  };

  private byte[] data = new byte[64];
  private int size;
  private int[] counts = new int[8];
  private int depth;
  private boolean named;
  // A value that may turn out to be all there is, and then was never copied.
  private byte[] lone = data;
  private int loneStart;
  private int loneLength = -1;

  void clear() {
    size = 0;
    depth = 0;
    counts[0] = 0;
    named = false;
    loneLength = -1;
  }

  /** The array that {@link #size()} bytes from {@link #start()} on of are what was written. */
  byte[] data() {
    return loneLength < 0 ? data : lone;
  }

  int start() {
    return loneLength < 0 ? 0 : loneStart;
  }

  int size() {
    return loneLength < 0 ? size : loneLength;
  }

  byte[] bytes() {
    return Arrays.copyOfRange(data(), start(), start() + size());
  }

  private void put(int value) {
    if (size == data.length) {
      data = Arrays.copyOf(data, size * 2);
    }
    data[size++] = (byte) value;
  }

  private void put(byte[] bytes, int from, int length) {
    if (size + length > data.length) {
      data = Arrays.copyOf(data, Math.max(data.length * 2, size + length));
    }
    System.arraycopy(bytes, from, data, size, length);
    size += length;
  }

  /**
   * Before a value: a comma in an array, a blank between values that stand alone, nothing behind a
   * name.
   */
  private void separate() {
    if (loneLength >= 0) {
      int length = loneLength;
      loneLength = -1;
      put(lone, loneStart, length);
    }
    if (named) {
      named = false;
    } else if (counts[depth]++ > 0) {
      put(depth == 0 ? ' ' : ',');
    }
  }

  void begin(char bracket) {
    separate();
    put(bracket);
    if (++depth == counts.length) {
      counts = Arrays.copyOf(counts, depth * 2);
    }
    counts[depth] = 0;
  }

  void end(char bracket) {
    depth--;
    put(bracket);
  }

  void name(byte[] text, int start, int length) {
    if (counts[depth]++ > 0) {
      put(',');
    }
    quoted(text, start, length);
    put(':');
    named = true;
  }

  void string(byte[] text, int start, int length) {
    separate();
    quoted(text, start, length);
  }

  /** As {@link #raw} of bytes that do not change until all is written. */
  void slice(byte[] text, int start, int length) {
    if (size == 0 && depth == 0 && loneLength < 0 && !named) {
      counts[0]++;
      lone = text;
      loneStart = start;
      loneLength = length;
    } else {
      raw(text, start, length);
    }
  }

  /** A text without quotes, or what is JSON already. */
  void raw(byte[] text, int start, int length) {
    separate();
    put(text, start, length);
  }

  private void quoted(byte[] text, int start, int length) {
    put('"');
    for (int i = start; i < start + length; i++) {
      byte b = text[i];
      switch (b) {
        case '"' -> escape('"');
        case '\\' -> escape('\\');
        case '\n' -> escape('n');
        case '\r' -> escape('r');
        case '\t' -> escape('t');
        case '\b' -> escape('b');
        case '\f' -> escape('f');
        default -> {
          if (b >= 0 && b < 0x20) {
            escape('u');
            put('0');
            put('0');
            put(HEX[b >> 4]);
            put(HEX[b & 15]);
          } else {
            put(b);
          }
        }
      }
    }
    put('"');
  }

  private void escape(char letter) {
    put('\\');
    put(letter);
  }
}
