package dev.sluice.connectors.csv;

import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.bytes.FileBytes;
import dev.sluice.connectors.bytes.LocatedReader;
import dev.sluice.operators.codec.Chunk;
import dev.sluice.operators.codec.Limits;
import dev.sluice.operators.codec.LineChunks;
import dev.sluice.operators.codec.WindowChunks;
import dev.sluice.operators.codec.csv.CsvDecoder;
import dev.sluice.operators.codec.csv.CsvReadOptions;
import dev.sluice.operators.codec.csv.CsvRecords;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.io.FileInput;
import dev.sluice.operators.io.FileStatus;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The records of one region of a CSV file. */
final class CsvBatchReader extends LocatedReader {
  private final CsvReadOptions options;
  private final CsvDecoder decoder;
  private final CsvRecords records;
  private final HeaderCheck headerCheck;
  private final @Nullable LineChunks lines;
  private final @Nullable WindowChunks window;
  private boolean headerDue;
  private boolean begun;
  private boolean finished;

  CsvBatchReader(
      FileStatus file,
      FileInput input,
      long start,
      long end,
      Schema columns,
      ScanRequest request,
      CsvReadOptions options,
      Charset encoding,
      AtomicBoolean headerTold)
      throws IOException {
    super(file.location(), input, encoding);
    this.options = options;
    this.decoder = new CsvDecoder(columns, request.schema(), options, request.batchRows());
    this.records = new CsvRecords(options);
    this.headerCheck = new HeaderCheck(file.location(), columns, options, headerTold);
    this.headerDue = options.header() && start == 0;
    if (options.multiLine()) {
      this.lines = null;
      this.window =
          new WindowChunks(
              FileBytes.open(file.location(), input, 0, encoding),
              Limits.chunkBytes(file.length()),
              Limits.recordBytes());
    } else {
      byte[] separator =
          options.lineSeparator().map(s -> s.getBytes(StandardCharsets.UTF_8)).orElse(null);
      long from = LineChunks.readFrom(start, separator);
      this.lines =
          new LineChunks(
              FileBytes.open(file.location(), input, from, encoding),
              start,
              end,
              separator,
              Limits.chunkBytes(file.length()),
              Limits.recordBytes(),
              !decoder.keepsChunks());
      this.window = null;
    }
  }

  @Override
  protected @Nullable Batch read() throws IOException {
    while (true) {
      Batch batch = lines != null ? readLines(lines) : readWindow(window);
      if (batch == null || batch.rows() > 0) {
        return batch;
      }
    }
  }

  private @Nullable Batch readLines(LineChunks from) throws IOException {
    while (decoder.done()) {
      Chunk chunk = from.next();
      if (chunk == null) {
        return null;
      }
      decoder.begin(headerDue ? withoutHeader(chunk, false) : chunk);
    }
    return decoder.decode(false);
  }

  private @Nullable Batch readWindow(@Nullable WindowChunks from) throws IOException {
    if (from == null || finished) {
      return null;
    }
    if (!begun) {
      Chunk chunk = from.next(0);
      boolean carriageReturn =
          CsvDecoder.carriageReturnEnds(chunk.data(), chunk.from(), chunk.to());
      decoder.lineEnds(carriageReturn);
      records.lineEnds(carriageReturn);
      begun = true;
      while (headerDue) {
        Chunk rest = withoutHeader(chunk, !from.ended());
        if (headerDue && !from.ended()) {
          chunk = from.next(rest.to() - rest.from());
        } else {
          chunk = rest;
          headerDue = false;
        }
      }
      decoder.begin(chunk);
    }
    int before = decoder.left();
    Batch batch = decoder.decode(!from.ended());
    // A batch may also be empty because all its records were dropped.
    if (batch.rows() == 0 && (decoder.left() == 0 || decoder.left() == before)) {
      if (from.ended()) {
        finished = true;
        return null;
      }
      decoder.begin(from.next(decoder.left()));
    }
    return batch;
  }

  @Override
  public long firstOffset() {
    return decoder.firstOffset();
  }

  private Chunk withoutHeader(Chunk chunk, boolean more) {
    int next = records.pass(chunk, chunk.from(), more);
    if (records.found()) {
      headerDue = false;
      List<@Nullable String> header = records.fields(chunk);
      headerCheck.check(header);
      decoder.header(header);
    }
    return new Chunk(chunk.data(), next, chunk.to(), chunk.offsetOf(next));
  }
}
