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

  void clear() {
    size = 0;
    depth = 0;
    counts[0] = 0;
    named = false;
  }

  byte[] data() {
    return data;
  }

  int size() {
    return size;
  }

  byte[] bytes() {
    return Arrays.copyOf(data, size);
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

  /** A text without quotes, or what is JSON already. */
  void raw(byte[] text) {
    raw(text, 0, text.length);
  }

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
