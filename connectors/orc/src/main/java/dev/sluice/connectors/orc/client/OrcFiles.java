package dev.sluice.connectors.orc.client;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.orc.OrcClient;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.io.FileInput;
import dev.sluice.operators.io.FileOutput;
import java.io.IOException;
import java.time.ZoneId;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/** Reads and writes with the ORC library. */
public final class OrcFiles implements OrcClient {
  /** For the service loader. */
  public OrcFiles() {}

  /** Without Hadoop's files of settings: nothing outside the pipeline file decides. */
  static Configuration configuration() {
    return new Configuration(false);
  }

  @Override
  public Schema schema(FileInput input) throws IOException {
    if (input.length() == 0) {
      return Schema.EMPTY;
    }
    try {
      return OrcTypes.schema(OrcTail.open(input).getSchema());
    } catch (RuntimeException e) {
      throw damaged(e);
    }
  }

  @Override
  public BatchReader open(
      FileInput input, long start, long end, ScanRequest request, ReadSettings settings)
      throws IOException {
    try {
      if (input.length() == 0) {
        input.close();
        return new NoRows();
      }
      return new OrcBatchReader(input, start, end, request, settings);
    } catch (IOException e) {
      input.close();
      throw e;
    } catch (RuntimeException e) {
      input.close();
      throw damaged(e);
    }
  }

  @Override
  public FileFormat.FileWriter create(
      FileOutput output, Schema schema, ZoneId zone, Map<String, String> properties)
      throws IOException {
    return new OrcBatchWriter(output, schema, zone, properties);
  }

  /** What the library throws at a file that breaks its promises. */
  static IOException damaged(RuntimeException e) {
    String message = e.getMessage();
    return new IOException(
        "the file is damaged: " + (message == null ? e.getClass().getSimpleName() : message), e);
  }

  /** Spark makes nothing of a file without a byte. */
  private static final class NoRows implements BatchReader {
    @Override
    public @Nullable Batch next() {
      return null;
    }
  }
}
