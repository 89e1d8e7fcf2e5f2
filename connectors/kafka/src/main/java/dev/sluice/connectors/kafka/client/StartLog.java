package dev.sluice.connectors.kafka.client;

import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.kafka.PartitionOffsets;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.FileStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/**
 * Where the query once started, in Spark's file {@code sources/I/0}: a zero byte, {@code v1}, and
 * the offsets as JSON.
 */
final class StartLog {
  private static final String VERSION = "v1\n";

  private final String location;
  private final FileStore files;

  StartLog(SourceContext context) {
    this.location = context.logDirectory() + "/0";
    this.files = context.files().of(location);
  }

  Optional<PartitionOffsets> read() {
    byte[] bytes;
    try {
      bytes = files.readAll(location);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw failed(e);
    }
    int from = bytes.length > 0 && bytes[0] == 0 ? 1 : 0;
    String text = new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8);
    try {
      // The oldest releases of Spark wrote no version.
      return Optional.of(
          PartitionOffsets.parse(
              text.startsWith(VERSION) ? text.substring(VERSION.length()) : text));
    } catch (IllegalArgumentException e) {
      throw new PipelineException(
          "log-damaged",
          "'"
              + location
              + "' does not hold the start of the Kafka source as 'v1' and {\"topic\":{\"0\":23}}: "
              + e.getMessage()
              + "; put it back from a copy, or start with a new checkpointLocation",
          e);
    }
  }

  void write(PartitionOffsets start) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(0);
    bytes.writeBytes((VERSION + start.json()).getBytes(StandardCharsets.UTF_8));
    try {
      files.write(location, bytes.toByteArray());
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private PipelineException failed(IOException e) {
    return new PipelineException(
        "log-unusable", "cannot keep the start of the Kafka source in '" + location + "': " + e, e);
  }
}
