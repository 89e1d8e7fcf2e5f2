package dev.sluice.operators.codec.json;

import dev.sluice.operators.codec.Utf8;
import dev.sluice.operators.codec.Words;
import java.util.Arrays;

/** What the escapes in JSON strings stand for. Not thread-safe. */
final class JsonEscapes {
  private static final long QUOTE = Words.pattern('"');
  private static final long BACKSLASH = Words.pattern('\\');
  private static final long CONTROL = Words.pattern(0x20);

  private final JsonSyntax syntax;
  private byte[] data = new byte[0];
  private int at;
  private int end;

  /** The text of the last string, of {@link #length} bytes. */
  byte[] text = new byte[256];

  int length;

  JsonEscapes(JsonSyntax syntax) {
    this.syntax = syntax;
  }

  private JsonMistake mistake(String message) {
    return new JsonMistake(message, at);
  }

  /** The first quote, backslash or control character from {@code from} on, or {@code end}. */
  static int plainEnd(byte[] data, int from, int end, byte quote) {
    long pattern = quote == '"' ? QUOTE : Words.pattern(quote);
    int i = from;
    // Words may reach behind the end, where nothing counts.
    int last = Math.min(end - 1, data.length - 8);
    for (; i <= last; i += 8) {
      long word = Words.load(data, i);
      long hits =
          Words.equal(word, pattern) | Words.equal(word, BACKSLASH) | Words.less(word, CONTROL);
      if (hits != 0) {
        return Math.min(end, i + (Long.numberOfTrailingZeros(hits) >>> 3));
      }
    }
    if (i >= end) {
      return end;
    }
    while (i < end && data[i] != quote && data[i] != '\\' && (data[i] >= ' ' || data[i] < 0)) {
      i++;
    }
    return i;
  }

  /**
   * Reads a string whose first byte behind the quote is at {@code from}; gives where it ends,
   * behind its quote.
   *
   * @param firstSpecial what {@link #plainEnd} gives
   */
  int read(byte[] bytes, int from, int firstSpecial, int to, byte quote) {
    data = bytes;
    end = to;
    int used = 0;
    int begin = from;
    int stop = firstSpecial;
    while (true) {
      int plain = stop - begin;
      // An escape makes at most four bytes.
      if (used + plain + 8 > text.length) {
        text = Arrays.copyOf(text, Math.max(text.length * 2, used + plain + 8));
      }
      System.arraycopy(data, begin, text, used, plain);
      used += plain;
      at = stop;
      if (stop >= end) {
        throw mistake("a string does not end");
      }
      byte b = data[stop];
      if (b == quote) {
        length = used;
        return stop + 1;
      }
      if (b == '\\') {
        at = stop + 1;
        used = escape(used);
      } else if (syntax.controlCharacters()) {
        text[used++] = b;
        at = stop + 1;
      } else {
        throw mistake("a control character in a string");
      }
      begin = at;
      stop = plainEnd(data, begin, end, quote);
    }
  }

  private int escape(int used) {
    if (at >= end) {
      throw mistake("a string does not end");
    }
    byte b = data[at++];
    switch (b) {
      case '"', '\\', '/' -> text[used] = b;
      case 'b' -> text[used] = '\b';
      case 'f' -> text[used] = '\f';
      case 'n' -> text[used] = '\n';
      case 'r' -> text[used] = '\r';
      case 't' -> text[used] = '\t';
      case 'u' -> {
        return unicode(used);
      }
      default -> {
        if (!syntax.backslashAnything() && !(b == '\'' && syntax.singleQuotes())) {
          throw mistake("an unknown escape");
        }
        text[used] = b;
      }
    }
    return used + 1;
  }

  private int unicode(int used) {
    int unit = hex4();
    if (unit >= 0xd800
        && unit < 0xdc00
        && at + 6 <= end
        && data[at] == '\\'
        && data[at + 1] == 'u') {
      int mark = at;
      at += 2;
      int low = hex4();
      if (low >= 0xdc00 && low < 0xe000) {
        return Utf8.encode(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00), text, used);
      }
      at = mark;
    }
    return Utf8.encode(unit, text, used);
  }

  private int hex4() {
    if (at + 4 > end) {
      throw mistake("an escape does not end");
    }
    int value = 0;
    for (int i = 0; i < 4; i++) {
      int digit = data[at] < 0 ? -1 : Character.digit(data[at], 16);
      if (digit < 0) {
        throw mistake("an escape that is not hexadecimal");
      }
      value = value << 4 | digit;
      at++;
    }
    return value;
  }
}
