package dev.sluice.connectors.avro.client;

import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.avro.AvroClient.Writing;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.io.FileOutput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/** One container file being written. A block is held until it has grown. */
final class AvroBatchWriter implements FileFormat.FileWriter {
  /** The release whose way of writing types this writer follows. */
  private static final String SPARK_VERSION = "4.1.3";

  /** About what a block holds before it is compressed. */
  private static final int BLOCK_BYTES = 64_000;

  private final FileOutput output;
  private final BlockCodec codec;
  private final ValueWriters.RecordWriter writer;
  private final Held block = new Held();
  private final BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(block, null);
  private final byte[] sync = sync();
  private long records;

  AvroBatchWriter(FileOutput output, Schema columns, Writing settings) throws IOException {
    this.output = output;
    this.codec = BlockCodec.of(settings.codec());
    org.apache.avro.Schema schema = AvroFiles.schema(columns, settings);
    this.writer = new ValueWriters(settings.positional()).rows(columns.asStruct(), schema);
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("avro.schema", schema.toString());
    metadata.put("avro.codec", settings.codec());
    metadata.put("org.apache.spark.version", SPARK_VERSION);
    encoder.writeFixed(Container.MAGIC);
    encoder.writeMapStart();
    encoder.setItemCount(metadata.size());
    for (Map.Entry<String, String> entry : metadata.entrySet()) {
      encoder.startItem();
      encoder.writeString(entry.getKey());
      encoder.writeBytes(ByteBuffer.wrap(entry.getValue().getBytes(StandardCharsets.UTF_8)));
    }
    encoder.writeMapEnd();
    encoder.writeFixed(sync);
    encoder.flush();
    output.write(block.bytes(), 0, block.size());
    block.reset();
  }

  private static byte[] sync() {
    UUID random = UUID.randomUUID();
    return ByteBuffer.allocate(Container.SYNC)
        .putLong(random.getMostSignificantBits())
        .putLong(random.getLeastSignificantBits())
        .array();
  }

  @Override
  public void write(Batch batch) throws IOException {
    writer.beginRows(batch.columns());
    for (int row = 0; row < batch.rows(); row++) {
      writer.write(row, encoder);
      records++;
      if (block.size() + encoder.bytesBuffered() >= BLOCK_BYTES) {
        endBlock();
      }
    }
  }

  private void endBlock() throws IOException {
    encoder.flush();
    if (records == 0) {
      return;
    }
    byte[] packed = codec.compress(block.bytes(), block.size());
    block.reset();
    encoder.writeLong(records);
    encoder.writeLong(packed.length);
    encoder.flush();
    output.write(block.bytes(), 0, block.size());
    output.write(packed, 0, packed.length);
    output.write(sync, 0, sync.length);
    block.reset();
    records = 0;
  }

  @Override
  public void finish() throws IOException {
    endBlock();
  }

  @Override
  public long memoryBytes() {
    return block.bytes().length;
  }

  /** Bytes that can be looked at without a copy. */
  private static final class Held extends ByteArrayOutputStream {
    Held() {
      super(BLOCK_BYTES + 8192);
    }

    byte[] bytes() {
      return buf;
    }
  }
}
