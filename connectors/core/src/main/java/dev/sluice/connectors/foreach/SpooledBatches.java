package dev.sluice.connectors.foreach;

import dev.sluice.connectors.FileFormat;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.FileOutput;
import dev.sluice.operators.state.BatchBytes;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Batches in a file as they are, to be read once. */
enum SpooledBatches implements FileFormat.Writer {
  INSTANCE;

  @Override
  public String suffix() {
    return ".batches";
  }

  @Override
  public FileFormat.FileWriter open(FileOutput output) {
    BatchBytes bytes = new BatchBytes();
    return new FileFormat.FileWriter() {
      @Override
      public void write(Batch batch) throws IOException {
        if (batch.rows() > 0) {
          bytes.set(batch);
          output.write(bytes.bytes(), 0, bytes.length());
        }
      }

      @Override
      public void finish() {}
    };
  }

  /** Takes the batches of a file. */
  @FunctionalInterface
  interface Taker {
    void take(Batch batch) throws Exception;
  }

  /** What the disk says is told apart from what the taker throws. */
  static void read(Path file, Schema schema, Taker taker) throws Exception {
    try (DataInputStream in = open(file)) {
      for (@Nullable Batch batch = next(schema, in); batch != null; batch = next(schema, in)) {
        taker.take(batch);
      }
    }
  }

  private static DataInputStream open(Path file) {
    try {
      return new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16));
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private static @Nullable Batch next(Schema schema, DataInputStream in) {
    try {
      return BatchBytes.read(schema, in);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private static SpoolException unreadable(IOException e) {
    return new SpoolException(e);
  }

  /** The batch that was kept on disk cannot be read back: no fault of whoever takes it. */
  static final class SpoolException extends PipelineException {
    private static final long serialVersionUID = 1;

    SpoolException(IOException cause) {
      super("spool-failed", "a batch cannot be read back: " + cause.getMessage(), cause);
    }
  }
}
