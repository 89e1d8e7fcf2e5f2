package dev.sluice.connectors.avro.client;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.avro.AvroClient.Reading;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.io.FileInput;
import dev.sluice.operators.time.Rebase;
import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.ResolvingDecoder;
import org.jspecify.annotations.Nullable;

/** Reads the blocks that begin in a part of a file straight into columns. */
final class AvroBatchReader implements BatchReader {
  private final FileInput input;
  private final Container file;
  private final BlockCodec codec;
  private final long end;
  private final Rows rows;
  private final RecordReader reader;
  private final int batchRows;

  /** What Spark puts into the header if it wrote by the old calendar. */
  private static final String LEGACY = "org.apache.spark.legacyDateTime";

  private final @Nullable ResolvingDecoder resolving;
  private @Nullable BinaryDecoder bytes;
  private Decoder decoder = DecoderFactory.get().binaryDecoder(new byte[0], null);
  private long left;

  AvroBatchReader(FileInput input, long start, long end, ScanRequest request, Reading settings)
      throws IOException {
    this.input = input;
    this.end = end;
    this.batchRows = request.batchRows();
    this.file = new Container(input);
    String word = file.text("avro.codec");
    this.codec = BlockCodec.of(word == null ? "null" : word);
    Schema written = schema(file);
    String as = settings.avroSchema();
    Schema read = as == null ? written : AvroTypes.parse(as);
    this.resolving = Rows.resolving(written, read);
    this.rows = new Rows(request.schema(), batchRows);
    Rebase.Calendar calendar =
        Rebase.calendar(
            file.text("org.apache.spark.version"),
            file.text(LEGACY) != null,
            "3.0.0",
            settings.rebase());
    this.reader =
        new ValueReaders(settings.positional(), calendar).rows(read, request.schema().asStruct());
    file.seek(start);
  }

  static Schema schema(Container file) throws IOException {
    String json = file.text("avro.schema");
    if (json == null) {
      throw new IOException("the file is no Avro file: it has no schema");
    }
    return AvroTypes.parse(json);
  }

  @Override
  public @Nullable Batch next() throws IOException {
    try {
      return nextBatch();
    } catch (RuntimeException e) {
      throw AvroFiles.damaged(e);
    } catch (StackOverflowError e) {
      throw new IOException("a value that holds itself is nested too deep", e);
    }
  }

  /** Small blocks are gathered, large ones cut. */
  private @Nullable Batch nextBatch() throws IOException {
    while (rows.size() < batchRows) {
      if (left == 0) {
        Container.Block block = file.next(end);
        if (block == null) {
          break;
        }
        begin(block);
        continue;
      }
      rows.read(reader, decoder);
      left--;
    }
    return rows.size() == 0 ? null : rows.take();
  }

  private void begin(Container.Block block) throws IOException {
    byte[] data = codec.decompress(block.data());
    left = block.records();
    bytes = DecoderFactory.get().binaryDecoder(data, 0, data.length, bytes);
    decoder = bytes;
    if (resolving != null) {
      resolving.configure(bytes);
      decoder = resolving;
    }
  }

  @Override
  public void close() throws IOException {
    input.close();
  }
}
