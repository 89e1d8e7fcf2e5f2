package dev.sluice.connectors.text;

import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.bytes.FileBytes;
import dev.sluice.connectors.bytes.LocatedReader;
import dev.sluice.operators.codec.ByteSource;
import dev.sluice.operators.codec.Chunk;
import dev.sluice.operators.codec.Limits;
import dev.sluice.operators.codec.LineChunks;
import dev.sluice.operators.codec.Lines;
import dev.sluice.operators.codec.WholeBytes;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.io.FileInput;
import dev.sluice.operators.io.FileStatus;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The lines of one region of a text file, or the file, as slices of what was read. */
final class TextBatchReader extends LocatedReader {
  private final Schema wanted;
  private final int batchRows;
  private final ByteSource bytes;
  private final @Nullable LineChunks chunks;
  private final Lines lines;
  private boolean wholeRead;
  private long firstOffset;

  TextBatchReader(
      FileStatus file,
      FileInput input,
      long start,
      long end,
      ScanRequest request,
      Optional<String> separator,
      Charset encoding,
      boolean whole)
      throws IOException {
    super(file.location(), input, encoding);
    this.wanted = request.schema();
    this.batchRows = request.batchRows();
    byte[] own = separator.map(s -> s.getBytes(StandardCharsets.UTF_8)).orElse(null);
    long from = whole ? 0 : LineChunks.readFrom(start, own);
    this.bytes = FileBytes.open(file.location(), input, from, encoding);
    this.chunks =
        whole
            ? null
            : new LineChunks(
                bytes,
                start,
                end,
                own,
                Limits.chunkBytes(file.length()),
                Limits.recordBytes(),
                wanted.size() == 0);
    this.lines = new Lines(own);
  }

  @Override
  protected @Nullable Batch read() throws IOException {
    if (chunks == null) {
      return wholeFile();
    }
    int[] starts = new int[batchRows];
    int[] lengths = new int[batchRows];
    int rows = 0;
    while (true) {
      while (rows < batchRows && lines.next()) {
        firstOffset = rows == 0 ? lines.offset() : firstOffset;
        starts[rows] = lines.start();
        lengths[rows] = lines.length();
        rows++;
      }
      if (rows > 0) {
        return batch(lines.data(), starts, lengths, rows);
      }
      Chunk chunk = chunks.next();
      if (chunk == null) {
        return null;
      }
      lines.begin(chunk);
    }
  }

  @Override
  public long firstOffset() {
    return firstOffset;
  }

  private @Nullable Batch wholeFile() throws IOException {
    if (wholeRead) {
      return null;
    }
    wholeRead = true;
    Chunk chunk = WholeBytes.read(bytes, Limits.recordBytes());
    return batch(chunk.data(), new int[] {chunk.from()}, new int[] {chunk.to() - chunk.from()}, 1);
  }

  private Batch batch(byte[] data, int[] starts, int[] lengths, int rows) {
    Column column = new BytesColumn(AtomicType.STRING, data, starts, lengths, Validity.ALL, rows);
    List<Column> columns = Collections.nCopies(wanted.size(), column);
    return new Batch(wanted, columns, rows);
  }
}
