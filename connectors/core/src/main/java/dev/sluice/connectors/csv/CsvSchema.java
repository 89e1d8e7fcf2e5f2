package dev.sluice.connectors.csv;

import dev.sluice.connectors.bytes.FileBytes;
import dev.sluice.operators.codec.Chunk;
import dev.sluice.operators.codec.Limits;
import dev.sluice.operators.codec.LineChunks;
import dev.sluice.operators.codec.RecordException;
import dev.sluice.operators.codec.Utf8;
import dev.sluice.operators.codec.WindowChunks;
import dev.sluice.operators.codec.csv.CsvDecoder;
import dev.sluice.operators.codec.csv.CsvInference;
import dev.sluice.operators.codec.csv.CsvReadOptions;
import dev.sluice.operators.codec.csv.CsvRecords;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.io.FileInput;
import dev.sluice.operators.io.FileStatus;
import dev.sluice.operators.io.FileStores;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Finds the columns of CSV files: names in the first file that has a record, types in all. */
final class CsvSchema {
  private final CsvReadOptions options;
  private final Charset encoding;
  private final boolean inferTypes;
  private final boolean preferDate;
  private final double ratio;
  // Fixed, so that the same files always give the same schema.
  private final Random sample = new Random(1);
  private @Nullable CsvInference inference;

  CsvSchema(
      CsvReadOptions options,
      Charset encoding,
      boolean inferTypes,
      boolean preferDate,
      double ratio) {
    this.options = options;
    this.encoding = encoding;
    this.inferTypes = inferTypes;
    this.preferDate = preferDate;
    this.ratio = ratio;
  }

  Schema of(List<FileStatus> files, FileStores stores) throws IOException {
    for (FileStatus file : files) {
      try (FileInput input = stores.of(file.location()).open(file)) {
        look(file, input);
      } catch (RecordException e) {
        throw new IOException("'" + file.location() + "': " + e.getMessage(), e);
      }
      if (inference != null && !inferTypes) {
        break;
      }
    }
    return inference == null ? Schema.EMPTY : inference.schema();
  }

  private void look(FileStatus file, FileInput input) throws IOException {
    CsvRecords records = new CsvRecords(options);
    if (options.multiLine()) {
      WindowChunks window =
          new WindowChunks(
              FileBytes.open(file.location(), input, 0, encoding),
              Limits.chunkBytes(file.length()),
              Limits.recordBytes());
      Chunk chunk = window.next(0);
      records.lineEnds(CsvDecoder.carriageReturnEnds(chunk.data(), chunk.from(), chunk.to()));
      boolean first = true;
      int at = chunk.from();
      while (true) {
        at = records.pass(chunk, at, !window.ended());
        if (records.found()) {
          if (!take(records, chunk, first)) {
            return;
          }
          first = false;
        } else if (window.ended()) {
          return;
        } else {
          chunk = window.next(chunk.to() - at);
          at = chunk.from();
        }
      }
    }
    byte[] separator =
        options.lineSeparator().map(s -> s.getBytes(StandardCharsets.UTF_8)).orElse(null);
    LineChunks lines =
        new LineChunks(
            FileBytes.open(file.location(), input, 0, encoding),
            0,
            Long.MAX_VALUE,
            separator,
            Limits.chunkBytes(file.length()),
            Limits.recordBytes(),
            true);
    boolean first = true;
    for (Chunk raw = lines.next(); raw != null; raw = lines.next()) {
      Chunk chunk = Utf8.repaired(raw);
      int at = chunk.from();
      while (at < chunk.to()) {
        at = records.pass(chunk, at, false);
        if (records.found()) {
          if (!take(records, chunk, first)) {
            return;
          }
          first = false;
        }
      }
    }
  }

  /** False once enough was seen. */
  private boolean take(CsvRecords records, Chunk chunk, boolean firstOfFile) {
    CsvInference current = inference;
    if (current == null) {
      current =
          new CsvInference(CsvInference.names(records.fields(chunk), options), options, preferDate);
      inference = current;
    }
    if (!inferTypes) {
      return false;
    }
    if (!(firstOfFile && options.header()) && (ratio >= 1 || sample.nextDouble() < ratio)) {
      current.add(records.fields(chunk));
    }
    return true;
  }
}
