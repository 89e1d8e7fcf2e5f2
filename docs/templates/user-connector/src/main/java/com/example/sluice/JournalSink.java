package com.example.sluice;

import dev.sluice.connectors.Sink;
import dev.sluice.connectors.Write;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.diagnostics.PipelineException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The name of a batch's file is its number: a batch that is given again after a crash finds its
 * file there, and changes nothing.
 */
final class JournalSink implements Sink {
  private final Path folder;
  private final String separator;

  JournalSink(Path folder, String separator) {
    this.folder = folder;
    this.separator = separator;
  }

  @Override
  public String description() {
    return "Journal[" + folder + "]";
  }

  /** The engine checks it against the checkpoint, so that no rows are dropped without a word. */
  @Override
  public long lastEpoch() {
    if (!Files.isDirectory(folder)) {
      return -1;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("\\d+"))
          .mapToLong(Long::parseLong)
          .max()
          .orElse(-1);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public boolean remembers() {
    return true;
  }

  private PipelineException failed(IOException e) {
    return new PipelineException(
        "journal-failed", "the journal '" + folder + "' cannot be written: " + e.getMessage(), e);
  }

  @Override
  public Write begin(long epochId) {
    List<StringBuilder> parts = new ArrayList<>();
    return new Write() {
      @Override
      public Part part(int index) {
        StringBuilder text = new StringBuilder();
        parts.add(text);
        return new Part() {
          @Override
          public void write(Batch batch) {
            append(batch, text);
          }

          @Override
          public void finish() {}
        };
      }

      @Override
      public void commit() {
        try {
          publish(epochId, String.join("", parts));
        } catch (IOException e) {
          throw failed(e);
        }
      }

      @Override
      public void close() {}
    };
  }

  private void append(Batch batch, StringBuilder text) {
    for (int row = 0; row < batch.rows(); row++) {
      for (int i = 0; i < batch.columns().size(); i++) {
        Column column = batch.column(i);
        text.append(i == 0 ? "" : separator).append(column.value(row));
      }
      text.append('\n');
    }
  }

  /** Whole or not at all, and durable: a new name, fsync, and only then the name that counts. */
  private void publish(long epochId, String text) throws IOException {
    Path target = folder.resolve(Long.toString(epochId));
    if (Files.exists(target)) {
      return;
    }
    Files.createDirectories(folder);
    Path hidden = folder.resolve("." + epochId + ".tmp");
    Files.write(hidden, text.getBytes(StandardCharsets.UTF_8));
    try (FileChannel channel = FileChannel.open(hidden, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(hidden, target, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel channel = FileChannel.open(folder)) {
      channel.force(true);
    }
  }
}
