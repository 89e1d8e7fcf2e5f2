package dev.sluice.operators.codec;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Cuts bytes into chunks of whole lines. Lines end with {@code \n}, {@code \r} or {@code \r\n}, or
 * with a separator of the caller's. Of a region it gives the lines that begin inside: a region that
 * does not begin the data skips to the first line begin, and reads past its end to finish its last
 * line, so that any cut gives each line once.
 */
public final class LineChunks {
  private final ByteSource source;
  private final byte @Nullable [] separator;
  private final long end;
  private final int limit;
  private final boolean reuse;
  private final int initialLength;
  private byte[] buffer;
  private byte @Nullable [] spare;
  // The bytes held are buffer[0 .. held); buffer[0] stands at `position` of the data.
  private int held;
  private long position;
  private boolean sourceEnded;
  private boolean finished;
  private boolean skipFirst;
  private boolean first;

  /**
   * @param source gives the data from {@link #readFrom} on
   * @param start where the region begins
   * @param end where it ends (exclusive); {@code Long.MAX_VALUE} for all there is
   * @param separator the line separator, or null for the three usual ones
   * @param chunkBytes about how many bytes a chunk has
   * @param limit the longest line in bytes
   * @param reuse whether a chunk's array may be overwritten once the next chunk is asked for
   */
  public LineChunks(
      ByteSource source,
      long start,
      long end,
      byte @Nullable [] separator,
      int chunkBytes,
      int limit,
      boolean reuse) {
    this.source = source;
    this.separator = separator;
    this.end = end;
    this.limit = limit;
    this.reuse = reuse;
    this.position = readFrom(start, separator);
    this.skipFirst = start > 0;
    this.first = start == 0;
    this.initialLength = chunkBytes + chunkBytes / 8 + 4 * Chunk.PADDING;
    this.buffer = new byte[initialLength];
    this.finished = start >= end;
  }

  /** Where the source must begin for a region: a little earlier, to see the separator before it. */
  public static long readFrom(long start, byte @Nullable [] separator) {
    return Math.max(0, start - (separator == null ? 1 : separator.length));
  }

  /** The next whole lines, the last one with or without its separator; null at the end. */
  public @Nullable Chunk next() throws IOException {
    while (!finished) {
      fill();
      int begin = begin();
      if (begin < 0) {
        continue;
      }
      int stop = stop(begin);
      if (stop >= 0) {
        return cut(begin, stop);
      }
      if (sourceEnded) {
        finished = true;
      } else if (held - begin > limit) {
        throw Limits.tooLong(position + begin, limit);
      } else if (held >= capacity()) {
        byte[] larger =
            new byte[(int) Math.min(buffer.length * 2L, limit + limit / 8 + (1L << 20))];
        System.arraycopy(buffer, 0, larger, 0, held);
        buffer = larger;
      }
    }
    return null;
  }

  private int capacity() {
    return buffer.length - buffer.length / 17 - Chunk.PADDING;
  }

  private void fill() throws IOException {
    int capacity = capacity();
    while (!sourceEnded && held < capacity) {
      int read = source.read(buffer, held, capacity - held);
      if (read < 0) {
        sourceEnded = true;
      } else {
        held += read;
      }
    }
  }

  /** Where the first line begins, or -1 if that is still to be found further on. */
  private int begin() {
    if (skipFirst) {
      int behind = behindSeparator(0);
      if (behind < 0) {
        if (sourceEnded) {
          finished = true;
        } else {
          // Nothing of the line before is wanted: keep only what may be a part of a separator.
          int keep = separator == null ? 1 : separator.length;
          drop(Math.max(0, held - keep));
        }
        return -1;
      }
      skipFirst = false;
      if (position + behind >= end) {
        finished = true;
        return -1;
      }
      drop(behind);
      if (!sourceEnded) {
        return -1;
      }
    }
    if (first) {
      if (held >= 3
          && buffer[0] == (byte) 0xef
          && buffer[1] == (byte) 0xbb
          && buffer[2] == (byte) 0xbf) {
        return 3;
      }
    }
    if (held == 0 && sourceEnded) {
      finished = true;
      return -1;
    }
    return 0;
  }

  /** Where the lines of this chunk end: at the last separator, or the region's; -1 if unknown. */
  private int stop(int begin) {
    if (position + held >= end) {
      int from = (int) Math.max(begin, end - (separator == null ? 1 : separator.length) - position);
      int behind = behindSeparator(from);
      while (behind >= 0 && position + behind < end) {
        behind = behindSeparator(behind);
      }
      if (behind >= 0) {
        finished = true;
        return behind;
      }
    }
    if (sourceEnded) {
      finished = true;
      return begin < held ? held : -1;
    }
    int last = lastSeparatorEnd(begin);
    return last > begin ? last : -1;
  }

  private int behindSeparator(int from) {
    byte[] own = separator;
    if (own != null) {
      int at = indexOf(own, from);
      return at < 0 ? -1 : at + own.length;
    }
    for (int at = from; at < held; at++) {
      if (buffer[at] == '\n') {
        return at + 1;
      }
      if (buffer[at] == '\r') {
        if (at + 1 < held) {
          return buffer[at + 1] == '\n' ? at + 2 : at + 1;
        }
        return sourceEnded ? at + 1 : -1;
      }
    }
    return -1;
  }

  private int indexOf(byte[] wanted, int from) {
    for (int at = from; at + wanted.length <= held; at++) {
      if (startsWith(wanted, at)) {
        return at;
      }
    }
    return -1;
  }

  private boolean startsWith(byte[] wanted, int at) {
    for (int i = 0; i < wanted.length; i++) {
      if (buffer[at + i] != wanted[i]) {
        return false;
      }
    }
    return true;
  }

  private int lastSeparatorEnd(int begin) {
    byte[] own = separator;
    if (own != null) {
      for (int at = held - own.length; at >= begin; at--) {
        if (startsWith(own, at)) {
          return at + own.length;
        }
      }
      return -1;
    }
    int newline = Words.lastIndexOf(buffer, begin, held, '\n');
    if (newline >= 0) {
      return newline + 1;
    }
    // The last byte may be the first half of \r\n.
    int carriageReturn = Words.lastIndexOf(buffer, begin, held - 1, '\r');
    return carriageReturn < 0 ? -1 : carriageReturn + 1;
  }

  private Chunk cut(int begin, int stop) {
    Chunk chunk = new Chunk(buffer, begin, stop, position + begin);
    int rest = held - stop;
    if (!finished) {
      byte[] following = following(rest);
      System.arraycopy(buffer, stop, following, 0, rest);
      buffer = following;
    }
    position += stop;
    held = rest;
    first = false;
    return chunk;
  }

  // When arrays are reused there are two, in turn: the caller reads one while the other fills.
  private byte[] following(int rest) {
    int wanted = Math.max(initialLength, rest + initialLength / 2);
    byte[] result = spare != null && spare.length >= wanted ? spare : new byte[wanted];
    spare = reuse && buffer.length == initialLength ? buffer : null;
    return result;
  }

  private void drop(int count) {
    System.arraycopy(buffer, count, buffer, 0, held - count);
    held -= count;
    position += count;
  }
}
