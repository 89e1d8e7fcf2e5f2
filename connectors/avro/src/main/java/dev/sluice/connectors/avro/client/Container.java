package dev.sluice.connectors.avro.client;

import dev.sluice.operators.io.FileInput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A container file: a header with its schema, then blocks of records, with a marker of 16 bytes
 * after each, by which a reader finds its way in the middle of it.
 */
final class Container {
  static final byte[] MAGIC = {'O', 'b', 'j', 1};
  static final int SYNC = 16;
  private static final int CHUNK = 64 << 10;
  private static final String IMPOSSIBLE = "a length in it is impossible";

  private final FileInput input;
  private final long length;
  private final Map<String, byte[]> metadata = new HashMap<>();
  private final byte[] buffer = new byte[1024];
  private long bufferStart;
  private int bufferSize;
  private long position;
  private final byte[] sync;
  private final long firstBlock;

  /** Reads the header. Does not close the input. */
  Container(FileInput input) throws IOException {
    this.input = input;
    this.length = input.length();
    if (length < MAGIC.length || !Arrays.equals(bytes(MAGIC.length), MAGIC)) {
      throw new IOException("the file is no Avro file");
    }
    for (long entries = number(); entries != 0; entries = number()) {
      if (entries < 0) {
        number();
        entries = -entries;
      }
      for (long i = 0; i < entries; i++) {
        String key = new String(bytes(number()), StandardCharsets.UTF_8);
        metadata.put(key, bytes(number()));
      }
    }
    this.sync = bytes(SYNC);
    this.firstBlock = position;
  }

  /** A text of the header; null if there is none of that name. */
  @Nullable String text(String name) {
    byte[] value = metadata.get(name);
    return value == null ? null : new String(value, StandardCharsets.UTF_8);
  }

  /** A block as it lies in the file. */
  record Block(long records, byte[] data) {}

  /** Goes to the first block whose marker before it begins at {@code start} or later. */
  void seek(long start) throws IOException {
    if (start <= firstBlock - SYNC) {
      position = firstBlock;
      return;
    }
    byte[] window = new byte[CHUNK + SYNC];
    for (long at = start; at + SYNC <= length; at += CHUNK) {
      int size = (int) Math.min(window.length, length - at);
      input.readFully(at, window, 0, size);
      for (int i = 0; i + SYNC <= size; i++) {
        if (window[i] == sync[0] && Arrays.equals(window, i, i + SYNC, sync, 0, SYNC)) {
          position = at + i + SYNC;
          return;
        }
      }
    }
    position = length;
  }

  /** The next block if the marker before it begins before {@code end}, else null. */
  @Nullable Block next(long end) throws IOException {
    if (position >= length || position - SYNC >= end) {
      return null;
    }
    long records = number();
    if (records < 0) {
      throw new IOException(IMPOSSIBLE);
    }
    byte[] data = bytes(number());
    if (!Arrays.equals(bytes(SYNC), sync)) {
      throw new IOException("a block does not end where it should");
    }
    return new Block(records, data);
  }

  private byte[] bytes(long count) throws IOException {
    if (count < 0 || count > Integer.MAX_VALUE - 8 || count > length - position) {
      throw new IOException(count < 0 ? IMPOSSIBLE : "the file ends in the middle of a block");
    }
    byte[] bytes = new byte[(int) count];
    input.readFully(position, bytes, 0, bytes.length);
    position += count;
    return bytes;
  }

  private int read() throws IOException {
    if (position < bufferStart || position >= bufferStart + bufferSize) {
      bufferStart = position;
      bufferSize = Math.max(0, input.read(position, buffer, 0, buffer.length));
      if (bufferSize == 0) {
        throw new IOException("the file ends in the middle of a block");
      }
    }
    return buffer[(int) (position++ - bufferStart)] & 0xff;
  }

  /** A number of seven bits a byte, the sign in its lowest. */
  private long number() throws IOException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int next = read();
      value |= (long) (next & 0x7f) << shift;
      if (next < 0x80) {
        return value >>> 1 ^ -(value & 1);
      }
    }
    throw new IOException(IMPOSSIBLE);
  }
}
