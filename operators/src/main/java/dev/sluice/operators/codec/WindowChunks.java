package dev.sluice.operators.codec;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Bytes in chunks for records that only their reader can delimit: what it leaves of a chunk begins
 * the next one, which grows until a record fits.
 */
public final class WindowChunks {
  private final ByteSource source;
  private final int chunkBytes;
  private final int limit;
  private byte[] buffer = new byte[0];
  private int held;
  // Bytes at the end that are not shown yet: the begin of a character.
  private int tail;
  private long position;
  private boolean ended;
  private boolean first = true;

  /** {@code limit} is the longest record in bytes. */
  public WindowChunks(ByteSource source, int chunkBytes, int limit) {
    this.source = source;
    this.chunkBytes = chunkBytes;
    this.limit = limit;
  }

  /** True once no byte follows the last chunk. */
  public boolean ended() {
    return ended;
  }

  /** A chunk that begins with the last {@code left} bytes of the one before and goes further. */
  public Chunk next(int left) throws IOException {
    int kept = left + tail;
    if (left > limit) {
      throw Limits.tooLong(position + held - kept, limit);
    }
    byte[] following = new byte[Math.max(chunkBytes, 2 * kept) + 2 * Chunk.PADDING];
    System.arraycopy(buffer, held - kept, following, 0, kept);
    position += held - kept;
    held = kept;
    buffer = following;
    int capacity = buffer.length - Chunk.PADDING;
    while (!ended && held < capacity) {
      int read = source.read(buffer, held, capacity - held);
      if (read < 0) {
        ended = true;
      } else {
        held += read;
      }
    }
    int from = 0;
    if (first
        && held >= 3
        && buffer[0] == (byte) 0xef
        && buffer[1] == (byte) 0xbb
        && buffer[2] == (byte) 0xbf) {
      from = 3;
    }
    first = false;
    repair();
    return new Chunk(buffer, from, held - tail, position + from);
  }

  /** Puts U+FFFD for what is not UTF-8, and holds back a character that is not complete yet. */
  private void repair() {
    tail = ended ? 0 : incomplete();
    int end = held - tail;
    if (Utf8.firstInvalid(buffer, 0, end) == end) {
      return;
    }
    byte[] valid =
        new String(buffer, 0, end, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
    byte[] repaired = new byte[valid.length + tail + Chunk.PADDING];
    System.arraycopy(valid, 0, repaired, 0, valid.length);
    System.arraycopy(buffer, end, repaired, valid.length, tail);
    buffer = repaired;
    held = valid.length + tail;
  }

  private int incomplete() {
    for (int count = 1; count <= Math.min(3, held); count++) {
      int b = buffer[held - count] & 0xff;
      if (b < 0x80) {
        return 0;
      }
      if (b >= 0xc0) {
        int needed = b >= 0xf0 ? 4 : b >= 0xe0 ? 3 : 2;
        return needed > count ? count : 0;
      }
    }
    return 0;
  }
}
