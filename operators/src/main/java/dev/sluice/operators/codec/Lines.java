package dev.sluice.operators.codec;

import org.jspecify.annotations.Nullable;

/** Goes over the lines of chunks. A line does not hold its end. Not thread-safe. */
public final class Lines {
  private static final long LINE_END_CLASS = Words.pattern('\r' + 1);

  private final byte @Nullable [] separator;
  private Chunk chunk = new Chunk(new byte[Chunk.PADDING], 0, 0, 0);
  private int position;
  private int start;
  private int length;

  /** {@code separator} is the line separator, or null for the three usual ones. */
  public Lines(byte @Nullable [] separator) {
    this.separator = separator;
  }

  /** The lines of this chunk come next. */
  public void begin(Chunk next) {
    chunk = next;
    position = next.from();
  }

  /** Goes to the next line; false when the chunk has no more. */
  public boolean next() {
    int to = chunk.to();
    if (position >= to) {
      return false;
    }
    start = position;
    byte[] own = separator;
    int end = own == null ? usualEnd(to) : ownEnd(own, to);
    length = end - start;
    if (end >= to) {
      position = to;
    } else if (own != null) {
      position = end + own.length;
    } else {
      byte[] data = chunk.data();
      boolean two = data[end] == '\r' && end + 1 < to && data[end + 1] == '\n';
      position = end + (two ? 2 : 1);
    }
    return true;
  }

  private int usualEnd(int to) {
    byte[] data = chunk.data();
    for (int at = start; at < to; at += 8) {
      long hits = Words.less(Words.load(data, at), LINE_END_CLASS);
      while (hits != 0) {
        int hit = at + (Long.numberOfTrailingZeros(hits) >>> 3);
        hits &= hits - 1;
        if (hit >= to) {
          return to;
        }
        if (data[hit] == '\n' || data[hit] == '\r') {
          return hit;
        }
      }
    }
    return to;
  }

  private int ownEnd(byte[] own, int to) {
    byte[] data = chunk.data();
    for (int at = start; at < to; at++) {
      at = Words.indexOf(data, at, to, own[0]);
      if (at + own.length <= to && startsWith(data, at, own)) {
        return at;
      }
    }
    return to;
  }

  private static boolean startsWith(byte[] data, int at, byte[] wanted) {
    for (int i = 0; i < wanted.length; i++) {
      if (data[at + i] != wanted[i]) {
        return false;
      }
    }
    return true;
  }

  public byte[] data() {
    return chunk.data();
  }

  /** Where the line begins in {@link #data}. */
  public int start() {
    return start;
  }

  public int length() {
    return length;
  }

  /** The position of the line in the whole. */
  public long offset() {
    return chunk.offsetOf(start);
  }
}
