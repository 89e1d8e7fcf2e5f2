package dev.sluice.connectors.json;

import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.bytes.LocatedReader;
import dev.sluice.operators.codec.RecordException;
import dev.sluice.operators.codec.json.JsonDecoder;
import dev.sluice.operators.codec.json.JsonReadOptions;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.io.FileInput;
import dev.sluice.operators.io.FileStatus;
import java.io.IOException;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;

/** The records of one region of a JSON file. */
final class JsonBatchReader extends LocatedReader {
  private final JsonRecords records;
  private final JsonDecoder decoder;
  private final int batchRows;
  private boolean ended;
  // Rows of a record that gave more than a batch's.
  private @Nullable Batch rest;
  private int restFrom;
  private long firstOffset;

  JsonBatchReader(
      FileStatus file,
      FileInput input,
      JsonRecords records,
      ScanRequest request,
      JsonReadOptions options,
      Charset encoding) {
    super(file.location(), input, encoding);
    this.records = records;
    this.decoder = new JsonDecoder(request.schema(), options, request.batchRows());
    this.batchRows = request.batchRows();
  }

  @Override
  protected @Nullable Batch read() throws IOException {
    Batch held = rest;
    if (held != null) {
      return slice(held);
    }
    while (!ended && decoder.rows() < batchRows) {
      if (!records.next()) {
        ended = true;
        break;
      }
      firstOffset = decoder.rows() == 0 ? records.offset() : firstOffset;
      try {
        decoder.decode(records.data(), records.start(), records.length(), records.offset());
      } catch (StackOverflowError e) {
        throw new RecordException(
            "record-too-deep", "a record is nested too deep for the stack", records.offset());
      }
    }
    if (decoder.rows() == 0) {
      return null;
    }
    Batch batch = decoder.take();
    if (batch.rows() <= batchRows) {
      return batch;
    }
    restFrom = 0;
    return slice(batch);
  }

  @Override
  public long firstOffset() {
    return firstOffset;
  }

  private Batch slice(Batch batch) {
    int to = Math.min(batch.rows(), restFrom + batchRows);
    Batch part = batch.slice(restFrom, to);
    restFrom = to;
    rest = to < batch.rows() ? batch : null;
    return part;
  }
}
