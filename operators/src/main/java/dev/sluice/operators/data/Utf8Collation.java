package dev.sluice.operators.data;

import java.nio.charset.StandardCharsets;

/**
 * {@code UTF8_LCASE}, which compares strings in lower case, code point by code point, and what
 * {@code _RTRIM} makes of it and of {@code UTF8_BINARY}: blanks at the end do not count.
 */
final class Utf8Collation extends Collation {
  private final boolean lower;
  private final boolean trimmed;

  Utf8Collation(String name, boolean lower, boolean trimmed) {
    super(name);
    this.lower = lower;
    this.trimmed = trimmed;
  }

  @Override
  public void appendKey(byte[] data, int start, int length, BytesBuilder out) {
    int end = start + length;
    while (trimmed && end > start && data[end - 1] == ' ') {
      end--;
    }
    if (!lower) {
      out.append(data, start, end - start);
      return;
    }
    for (int i = start; i < end; i++) {
      if (data[i] < 0) {
        out.append(lowerCase(new String(data, start, end - start, StandardCharsets.UTF_8)));
        return;
      }
    }
    out.putLower(data, start, end - start);
    out.endValue();
  }

  @Override
  public int[] find(String text, String pattern, int from) {
    if (!lower) {
      int at = text.indexOf(pattern, from);
      return at < 0 ? new int[0] : new int[] {at, at + pattern.length()};
    }
    String wanted = lowerCase(pattern);
    for (int start = from; start <= text.length(); ) {
      int end = matchEnd(text, start, wanted);
      if (end >= 0) {
        return new int[] {start, end};
      }
      if (start == text.length()) {
        break;
      }
      start += Character.charCount(text.codePointAt(start));
    }
    return new int[0];
  }

  /** Where a match that begins at {@code start} ends; -1 if there is none. */
  private static int matchEnd(String text, int start, String wanted) {
    int matched = 0;
    int at = start;
    StringBuilder one = new StringBuilder();
    while (matched < wanted.length()) {
      if (at == text.length()) {
        return -1;
      }
      int codePoint = text.codePointAt(at);
      one.setLength(0);
      append(codePoint, one);
      if (!wanted.startsWith(one.toString(), matched)) {
        return -1;
      }
      matched += one.length();
      at += Character.charCount(codePoint);
    }
    return at;
  }

  /**
   * As Spark does it: by code points, so that a word has no say in how its last letter is cased.
   */
  static String lowerCase(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); ) {
      int codePoint = text.codePointAt(i);
      append(codePoint, out);
      i += Character.charCount(codePoint);
    }
    return out.toString();
  }

  private static void append(int codePoint, StringBuilder out) {
    switch (codePoint) {
      // I with a dot keeps its dot; the two small sigmas are one letter.
      case 0x130 -> out.append("i\u0307");
      case 0x3C2 -> out.append('\u03C3');
      default -> out.appendCodePoint(Character.toLowerCase(codePoint));
    }
  }
}
