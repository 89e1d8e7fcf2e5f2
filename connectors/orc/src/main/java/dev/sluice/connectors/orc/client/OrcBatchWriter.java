package dev.sluice.connectors.orc.client;

import dev.sluice.connectors.FileFormat;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.io.FileOutput;
import dev.sluice.operators.time.ZoneShift;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.hive.ql.exec.vector.VectorizedRowBatch;
import org.apache.orc.OrcFile;
import org.apache.orc.TypeDescription;
import org.apache.orc.TypeDescription.RowBatchVersion;
import org.apache.orc.impl.PhysicalFsWriter;
import org.apache.orc.impl.WriterImpl;
import org.apache.orc.impl.writer.WriterEncryptionVariant;

/** One ORC file being written. A stripe is held in memory until it is full. */
final class OrcBatchWriter implements FileFormat.FileWriter {
  /** The release whose way of writing types this writer follows. */
  private static final String SPARK_VERSION = "4.1.3";

  private final WriterImpl writer;
  private final VectorFiller filler;
  private final VectorizedRowBatch vectors;

  OrcBatchWriter(FileOutput output, Schema schema, ZoneId zone, Map<String, String> properties)
      throws IOException {
    this.filler = new VectorFiller(ZoneShift.of(zone));
    Configuration configuration = OrcFiles.configuration();
    properties.forEach(configuration::set);
    TypeDescription type = OrcTypes.struct(schema.fields());
    OrcFile.WriterOptions options =
        OrcFile.writerOptions(configuration)
            .setSchema(type)
            .memory(new WriterMemory())
            .blockPadding(false)
            .useUTCTimestamp(true)
            .setProlepticGregorian(true);
    options.physicalWriter(
        new PhysicalFsWriter(
            new FSDataOutputStream(new Stream(output), null),
            options,
            new WriterEncryptionVariant[0]));
    this.writer = new WriterImpl(null, OrcTail.NO_PATH, options);
    this.vectors = type.createRowBatch(RowBatchVersion.USE_DECIMAL64, Batch.TARGET_ROWS);
  }

  @Override
  public void write(Batch batch) throws IOException {
    for (int from = 0; from < batch.rows(); from += Batch.TARGET_ROWS) {
      int count = Math.min(Batch.TARGET_ROWS, batch.rows() - from);
      vectors.reset();
      vectors.size = count;
      for (int i = 0; i < vectors.cols.length; i++) {
        filler.fill(vectors.cols[i], batch.column(i), from, count);
      }
      writer.addRowBatch(vectors);
    }
  }

  @Override
  public void finish() throws IOException {
    writer.addUserMetadata(
        "org.apache.spark.version",
        ByteBuffer.wrap(SPARK_VERSION.getBytes(StandardCharsets.US_ASCII)));
    writer.close();
  }

  @Override
  public long memoryBytes() {
    return writer.estimateMemory();
  }

  /** A file of ours as a stream. Closing it neither commits nor closes ours. */
  private static final class Stream extends OutputStream {
    private final FileOutput output;

    Stream(FileOutput output) {
      this.output = output;
    }

    @Override
    public void write(int b) throws IOException {
      output.write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      output.write(bytes, offset, length);
    }
  }
}
