package dev.sluice.connectors.foreach;

import dev.sluice.connectors.FileFormat;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Schema;
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

  static void read(Path file, Schema schema, Taker taker) throws Exception {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
      for (@Nullable Batch batch = BatchBytes.read(schema, in);
          batch != null;
          batch = BatchBytes.read(schema, in)) {
        taker.take(batch);
      }
    }
  }
}
