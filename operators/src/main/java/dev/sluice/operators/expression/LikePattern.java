package dev.sluice.operators.expression;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A LIKE pattern over UTF-8 bytes: {@code %} is any text, {@code _} one character. A text is walked
 * once, going back only to the last {@code %}, so that no pattern explodes.
 */
final class LikePattern {
  private static final short ONE = 256;
  private static final short ANY = 257;

  // Bytes to be found as they are, and the two wildcards.
  private final short[] parts;
  private final boolean contains;
  private final byte[] needle;

  private LikePattern(short[] parts) {
    this.parts = parts;
    // %text% is worth a search of its own.
    boolean between = parts.length > 2 && parts[0] == ANY && parts[parts.length - 1] == ANY;
    for (int i = 1; between && i < parts.length - 1; i++) {
      between = parts[i] < ONE;
    }
    this.contains = between;
    this.needle = new byte[between ? parts.length - 2 : 0];
    for (int i = 0; i < needle.length; i++) {
      needle[i] = (byte) parts[i + 1];
    }
  }

  /** The escape may only stand before {@code %}, {@code _} and itself. */
  static LikePattern of(String pattern, char escape, int row) {
    byte[] escaped = String.valueOf(escape).getBytes(StandardCharsets.UTF_8);
    short[] parts = new short[pattern.length() * 3 + escaped.length];
    int count = 0;
    for (int i = 0; i < pattern.length(); ) {
      int c = pattern.codePointAt(i);
      i += Character.charCount(c);
      boolean literal = c == escape;
      if (literal) {
        c = escapedCharacter(pattern, escape, i, row);
        i++;
      }
      if (!literal && c == '%') {
        if (count == 0 || parts[count - 1] != ANY) {
          parts[count++] = ANY;
        }
      } else if (!literal && c == '_') {
        parts[count++] = ONE;
      } else if (c < 128) {
        parts[count++] = (short) c;
      } else {
        for (byte b : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
          parts[count++] = (short) (b & 0xFF);
        }
      }
    }
    return new LikePattern(Arrays.copyOf(parts, count));
  }

  private static char escapedCharacter(String pattern, char escape, int at, int row) {
    if (at == pattern.length()) {
      throw new EvaluationException(
          "INVALID_FORMAT.ESC_AT_THE_END",
          "the pattern '" + pattern + "' ends with its escape character",
          row);
    }
    char next = pattern.charAt(at);
    if (next != '%' && next != '_' && next != escape) {
      throw new EvaluationException(
          "INVALID_FORMAT.ESC_IN_THE_MIDDLE",
          "in the pattern '" + pattern + "' the escape character stands before '" + next + "'",
          row);
    }
    return next;
  }

  boolean matches(byte[] data, int start, int length) {
    return contains ? contains(data, start, length) : walk(data, start, start + length);
  }

  private boolean walk(byte[] data, int start, int end) {
    int at = start;
    int part = 0;
    // Where to go on if it does not fit: one character more for the last '%'.
    int afterAny = -1;
    int retry = 0;
    while (at < end || part < parts.length) {
      if (part < parts.length) {
        short wanted = parts[part];
        if (wanted == ANY) {
          afterAny = ++part;
          retry = at;
          if (part == parts.length) {
            return true;
          }
          continue;
        }
        if (at < end && (wanted == ONE || wanted == (data[at] & 0xFF))) {
          at += wanted == ONE ? width(data, at, end) : 1;
          part++;
          continue;
        }
      }
      if (afterAny < 0 || retry >= end) {
        return false;
      }
      retry += width(data, retry, end);
      at = retry;
      part = afterAny;
    }
    return true;
  }

  private static int width(byte[] data, int at, int end) {
    int next = at + 1;
    while (next < end && (data[next] & 0xC0) == 0x80) {
      next++;
    }
    return next - at;
  }

  private boolean contains(byte[] data, int start, int length) {
    int last = start + length - needle.length;
    byte head = needle[0];
    for (int i = start; i <= last; i++) {
      if (data[i] == head && Arrays.equals(data, i, i + needle.length, needle, 0, needle.length)) {
        return true;
      }
    }
    return false;
  }
}
