package dev.sluice.operators.codec.csv;

import dev.sluice.operators.codec.Chunk;
import dev.sluice.operators.codec.RecordException;
import dev.sluice.operators.codec.Words;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One quoted field. The plain one is a slice between its quotes. A field with escapes is rewritten
 * behind the chunk's data. A quote inside that is not escaped makes the field unquoted as {@link
 * CsvReadOptions.UnescapedQuotes} says.
 */
final class QuotedField {
  private final byte quote;
  private final int escape;
  private final int escapeEscape;
  private final byte[] separator;
  private final CsvReadOptions.UnescapedQuotes unescaped;
  private final boolean trimsTrailing;
  private final byte[] emptyValue;
  private final long quotePattern;
  private final long escapePattern;
  private final int lineSeparator;
  private final boolean ownEscapeEscape;

  private Chunk chunk = new Chunk(new byte[Chunk.PADDING], 0, 0, 0);
  private byte[] data = chunk.data();
  private @Nullable CsvTokenizer lines;
  private int limit;
  private int start;
  private int length;
  // The rewritten field, once it is one.
  private byte[] rewritten = new byte[256];
  private int written;

  QuotedField(CsvReadOptions options, byte[] separator) {
    this.quote = (byte) options.quote();
    this.escape = options.escape() == '\0' ? -1 : options.escape();
    // By default it escapes the escape where that is not the quote itself.
    char given = options.quoteEscapeEscape();
    this.escapeEscape =
        given != '\0' ? given : escape >= 0 && escape != options.quote() ? escape : -1;
    this.separator = separator;
    this.unescaped = options.unescapedQuotes();
    this.trimsTrailing = options.ignoreTrailingBlanks();
    this.emptyValue = options.emptyValue().getBytes(StandardCharsets.UTF_8);
    this.quotePattern = Words.pattern(options.quote());
    this.escapePattern = escape < 0 ? quotePattern : Words.pattern(escape);
    this.ownEscapeEscape = escapeEscape >= 0 && escapeEscape != escape;
    this.lineSeparator = options.lineSeparator().map(s -> (int) s.charAt(0)).orElse(-1);
  }

  int start() {
    return start;
  }

  int length() {
    return length;
  }

  /**
   * Reads the field whose opening quote stands at {@code at}, up to {@code end}. {@code tokenizer}
   * tells line ends where the field may hold some. Gives where the separator or line end behind the
   * field stands, or {@code end}.
   */
  int read(Chunk source, int at, int end, @Nullable CsvTokenizer tokenizer) {
    chunk = source;
    data = source.data();
    lines = tokenizer;
    limit = end;
    int first = special(at + 1);
    if (first < end && data[first] == quote && endsField(first + 1)) {
      if (tokenizer == null || Words.indexOf(data, at + 1, first, '\r') == first) {
        value(at + 1, first - at - 1);
        return first + 1;
      }
    }
    written = 0;
    return general(at, first);
  }

  private void value(int from, int size) {
    start = from;
    length = size;
    if (size == 0 && emptyValue.length > 0) {
      start = chunk.append(emptyValue, 0, emptyValue.length);
      length = emptyValue.length;
    }
  }

  /** The next quote or escape, or the limit. */
  private int special(int from) {
    for (int at = from; at < limit; at += 8) {
      long word = Words.load(data, at);
      long hits = Words.equal(word, quotePattern) | Words.equal(word, escapePattern);
      if (ownEscapeEscape) {
        hits |= Words.equal(word, Words.pattern(escapeEscape));
      }
      if (hits != 0) {
        return Math.min(limit, at + (Long.numberOfTrailingZeros(hits) >>> 3));
      }
    }
    return limit;
  }

  private boolean endsField(int at) {
    return at >= limit || isSeparator(at) || isLineEnd(at);
  }

  private boolean isLineEnd(int at) {
    if (lineSeparator >= 0) {
      return data[at] == (byte) lineSeparator;
    }
    return lines != null
        && (data[at] == '\n' || data[at] == '\r')
        && (lines.endsLine(at, limit)
            || (data[at] == '\r' && at + 1 < limit && data[at + 1] == '\n'));
  }

  private boolean isSeparator(int at) {
    if (at + separator.length > limit) {
      return false;
    }
    for (int i = 0; i < separator.length; i++) {
      if (data[at + i] != separator[i]) {
        return false;
      }
    }
    return true;
  }

  private static boolean isBlank(byte b) {
    return b >= 0 && b <= ' ';
  }

  private int general(int open, int firstSpecial) {
    copy(open + 1, firstSpecial);
    int at = firstSpecial;
    while (at < limit) {
      byte b = data[at];
      boolean more = at + 1 < limit;
      if (escape >= 0 && b == (byte) escape && more && isEscaped(at)) {
        put(data[at + 1]);
        at += 2;
      } else if (ownEscapeEscape
          && b == (byte) escapeEscape
          && more
          && data[at + 1] == (byte) escape) {
        put((byte) escape);
        at += 2;
      } else if (b == quote) {
        int behind = at + 1;
        // Of quotes in a row before the end, all but the last belong to the field.
        while (behind < limit && data[behind] == quote) {
          behind++;
        }
        int visible = skipBlanks(behind);
        if (endsField(visible)) {
          copy(at, behind - 1);
          return closed(visible);
        }
        if (unescaped == CsvReadOptions.UnescapedQuotes.BACK_TO_DELIMITER) {
          at = behind;
          continue;
        }
        return unescapedQuote(open, at);
      } else if (b == (byte) escape && escape >= 0 && !more) {
        // An escape that escapes nothing, at the very end, is dropped.
        at++;
      } else {
        put(b);
        at++;
      }
      int next = special(at);
      copy(at, next);
      at = next;
    }
    // The quote was never closed: what there is, is the value.
    if (written == 0) {
      put(quote);
    }
    return closed(limit);
  }

  private boolean isEscaped(int at) {
    byte next = data[at + 1];
    if (escape == quote) {
      return next == quote;
    }
    return next == quote || (escapeEscape >= 0 && next == (byte) escape && escapeEscape == escape);
  }

  private int skipBlanks(int from) {
    int at = from;
    while (at < limit && isBlank(data[at]) && !isSeparator(at) && !isLineEnd(at)) {
      at++;
    }
    return at;
  }

  private int closed(int next) {
    CsvTokenizer tokenizer = lines;
    if (tokenizer != null && tokenizer.carriageReturnEnds()) {
      normalizeLineEnds();
    }
    if (written == 0) {
      value(next, 0);
    } else {
      start = chunk.append(rewritten, 0, written);
      length = written;
    }
    return next;
  }

  /** Line ends in a field become {@code \n} where lines end with {@code \r}, alone or before it. */
  private void normalizeLineEnds() {
    int kept = 0;
    for (int i = 0; i < written; i++) {
      byte b = rewritten[i];
      if (b == '\r') {
        if (i + 1 < written && rewritten[i + 1] == '\n') {
          continue;
        }
        b = '\n';
      }
      rewritten[kept++] = b;
    }
    written = kept;
  }

  private int unescapedQuote(int open, int at) {
    switch (unescaped) {
      case SKIP_VALUE -> {
        int next = fieldEnd(at + 1);
        start = next;
        length = CsvTokens.NOTHING;
        return next;
      }
      case RAISE_ERROR ->
          throw new RecordException(
              "csv-unescaped-quote",
              "a quote inside a quoted field is not escaped",
              chunk.offsetOf(open));
      case STOP_AT_CLOSING_QUOTE -> {
        return untilClosingQuote(at);
      }
      default -> {
        return untilSeparator(at);
      }
    }
  }

  /** The whole field as it stands, with its quotes, up to the next separator. */
  private int untilSeparator(int at) {
    int next = fieldEnd(at + 1);
    int until = next;
    while (trimsTrailing && until > at + 1 && isBlank(data[until - 1])) {
      until--;
    }
    byte[] inside = new byte[written];
    System.arraycopy(rewritten, 0, inside, 0, written);
    written = 0;
    put(quote);
    for (byte b : inside) {
      put(b);
    }
    copy(at, until);
    return closed(next);
  }

  private int untilClosingQuote(int from) {
    int at = from;
    while (at < limit) {
      if (data[at] == quote && endsField(at + 1)) {
        return closed(at + 1);
      }
      put(data[at]);
      at++;
    }
    return closed(limit);
  }

  private int fieldEnd(int from) {
    int at = from;
    while (!endsField(at)) {
      at++;
    }
    return at;
  }

  private void copy(int from, int to) {
    int size = to - from;
    if (size <= 0) {
      return;
    }
    room(size);
    System.arraycopy(data, from, rewritten, written, size);
    written += size;
  }

  private void put(byte b) {
    room(1);
    rewritten[written++] = b;
  }

  private void room(int more) {
    if (written + more > rewritten.length) {
      rewritten = Arrays.copyOf(rewritten, Math.max(written + more, rewritten.length * 2));
    }
  }
}
