package dev.sluice.operators.codec;

import java.io.IOException;
import java.util.Arrays;

/** A source read to its end at once, for records that are a whole file. */
public final class WholeBytes {
  private WholeBytes() {}

  /** All bytes without a UTF-8 byte order mark; throws beyond {@code limit} bytes. */
  public static Chunk read(ByteSource source, int limit) throws IOException {
    byte[] bytes = new byte[1 << 16];
    int held = 0;
    while (true) {
      int read = source.read(bytes, held, bytes.length - held);
      if (read < 0) {
        break;
      }
      held += read;
      if (held > limit) {
        throw Limits.tooLong(0, limit);
      }
      if (held == bytes.length) {
        bytes = Arrays.copyOf(bytes, bytes.length * 2);
      }
    }
    boolean marked =
        held >= 3 && bytes[0] == (byte) 0xef && bytes[1] == (byte) 0xbb && bytes[2] == (byte) 0xbf;
    int from = marked ? 3 : 0;
    return new Chunk(Arrays.copyOf(bytes, held + Chunk.PADDING), from, held, from);
  }
}
