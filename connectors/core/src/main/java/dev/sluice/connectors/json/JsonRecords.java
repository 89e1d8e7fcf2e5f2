package dev.sluice.connectors.json;

import dev.sluice.connectors.bytes.FileBytes;
import dev.sluice.operators.codec.ByteSource;
import dev.sluice.operators.codec.Chunk;
import dev.sluice.operators.codec.Limits;
import dev.sluice.operators.codec.LineChunks;
import dev.sluice.operators.codec.Lines;
import dev.sluice.operators.codec.Utf8;
import dev.sluice.operators.codec.WholeBytes;
import dev.sluice.operators.io.FileInput;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The texts of a JSON file that are a record each: its lines, or all of it. */
final class JsonRecords {
  private final @Nullable LineChunks chunks;
  private final @Nullable ByteSource whole;
  private final Lines lines;
  private boolean wholeRead;
  private byte[] data = new byte[0];
  private int start;
  private int length;
  private long offset;

  private JsonRecords(@Nullable LineChunks chunks, @Nullable ByteSource whole, Lines lines) {
    this.chunks = chunks;
    this.whole = whole;
    this.lines = lines;
  }

  /** Each line of a region. */
  static JsonRecords lines(
      String location,
      FileInput input,
      long from,
      long to,
      Optional<String> separator,
      Charset encoding)
      throws IOException {
    byte[] own = separator.map(s -> s.getBytes(StandardCharsets.UTF_8)).orElse(null);
    ByteSource bytes = FileBytes.open(location, input, LineChunks.readFrom(from, own), encoding);
    LineChunks chunks =
        new LineChunks(
            bytes, from, to, own, Limits.chunkBytes(input.length()), Limits.recordBytes(), true);
    return new JsonRecords(chunks, null, new Lines(own));
  }

  /** The whole file. */
  static JsonRecords whole(String location, FileInput input, Charset encoding) throws IOException {
    return new JsonRecords(null, FileBytes.open(location, input, 0, encoding), new Lines(null));
  }

  /** Goes to the next record; false at the end. */
  boolean next() throws IOException {
    if (whole != null) {
      if (wholeRead) {
        return false;
      }
      wholeRead = true;
      Chunk chunk = Utf8.repaired(WholeBytes.read(whole, Limits.recordBytes()));
      data = chunk.data();
      start = chunk.from();
      length = chunk.to() - chunk.from();
      return true;
    }
    while (!lines.next()) {
      Chunk chunk = chunks == null ? null : chunks.next();
      if (chunk == null) {
        return false;
      }
      lines.begin(Utf8.repaired(chunk));
    }
    data = lines.data();
    start = lines.start();
    length = lines.length();
    offset = lines.offset();
    if (length >= 3
        && data[start] == (byte) 0xef
        && data[start + 1] == (byte) 0xbb
        && data[start + 2] == (byte) 0xbf) {
      // Files with a byte order mark, put one behind the other.
      start += 3;
      length -= 3;
    }
    return true;
  }

  byte[] data() {
    return data;
  }

  int start() {
    return start;
  }

  int length() {
    return length;
  }

  long offset() {
    return offset;
  }
}
