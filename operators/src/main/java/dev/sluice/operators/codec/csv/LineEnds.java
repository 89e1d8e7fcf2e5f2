package dev.sluice.operators.codec.csv;

import dev.sluice.operators.codec.Words;

/**
 * What ends a line of CSV: the separator of the options, or else {@code \n}, {@code \r} and both
 * together; in multiLine the first line end of a file decides whether {@code \r} ends records.
 */
final class LineEnds {
  // One above \r: a word without a byte below this ends no line.
  private static final long CLASS = Words.pattern('\r' + 1);

  private final boolean own;
  private final int separator;
  private final long pattern;
  private final boolean multiLine;
  private boolean carriageReturn;

  LineEnds(CsvReadOptions options) {
    this.own = options.lineSeparator().isPresent();
    this.separator = options.lineSeparator().map(s -> (int) s.charAt(0)).orElse((int) '\n');
    this.pattern = Words.pattern(separator);
    this.multiLine = options.multiLine();
    this.carriageReturn = !multiLine;
  }

  /** True if the options name a separator. */
  boolean own() {
    return own;
  }

  void carriageReturn(boolean ends) {
    carriageReturn = ends;
  }

  boolean carriageReturn() {
    return carriageReturn;
  }

  /** The bytes of a word that may end a line: each must be looked at. */
  long hits(long word) {
    return own ? Words.equal(word, pattern) : usual(word);
  }

  /** As {@link #hits} without a separator of the options. */
  static long usual(long word) {
    return Words.less(word, CLASS);
  }

  /** Whether a byte ends a line. */
  boolean at(byte[] data, int at, int to) {
    byte b = data[at];
    if (own) {
      return b == (byte) separator;
    }
    return b == '\n'
        || b == '\r' && carriageReturn && !(multiLine && at + 1 < to && data[at + 1] == '\n');
  }

  /** Where the line that holds {@code from} ends: at its line end, or {@code to}. */
  int find(byte[] data, int from, int to) {
    if (own) {
      return Words.indexOf(data, from, to, separator);
    }
    for (int at = from; at < to; at += 8) {
      long hits = usual(Words.load(data, at));
      while (hits != 0) {
        int hit = at + (Long.numberOfTrailingZeros(hits) >>> 3);
        hits &= hits - 1;
        if (hit >= to) {
          return to;
        }
        if (at(data, hit, to)) {
          return hit;
        }
      }
    }
    return to;
  }

  /** Where the next line begins. */
  int behind(byte[] data, int end, int to) {
    if (end < to && !own && data[end] == '\r' && end + 1 < to && data[end + 1] == '\n') {
      return end + 2;
    }
    return Math.min(end + 1, to);
  }

  /**
   * Whether {@code \r} is a line end, judged by the first line end in the data: {@code \r}, alone
   * or before {@code \n}, yes; {@code \n} no.
   */
  static boolean firstIsCarriageReturn(byte[] data, int from, int to) {
    for (int at = from; at < to; at++) {
      if (data[at] == '\n') {
        return false;
      }
      if (data[at] == '\r') {
        return true;
      }
    }
    return false;
  }
}
