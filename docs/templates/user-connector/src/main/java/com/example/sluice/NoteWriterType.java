package com.example.sluice;

import dev.sluice.connectors.SinkContext;
import dev.sluice.connectors.foreach.ForeachWriter;
import dev.sluice.connectors.foreach.ForeachWriterType;
import dev.sluice.connectors.foreach.Row;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Schema;
import java.io.IOException;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * {@code notes}, for {@code format: foreach}: a file for each partition of a batch. It knows by its
 * file what it has taken, and so takes each row once.
 */
public final class NoteWriterType implements ForeachWriterType {
  @Override
  public String name() {
    return "notes";
  }

  @Override
  public String summary() {
    return "A file for each partition of a batch";
  }

  @Override
  public List<Option> options() {
    return List.of(Option.text("folder", "Where the files go").mandatory());
  }

  @Override
  public ForeachWriter create(Schema schema, Options options, SinkContext context) {
    Path folder = Path.of(context.baseDirectory()).resolve(options.text("folder"));
    return new NoteWriter(folder);
  }

  private static final class NoteWriter implements ForeachWriter {
    private final Path folder;
    private Path target;
    private Path hidden;
    private Writer out;

    NoteWriter(Path folder) {
      this.folder = folder;
    }

    @Override
    public boolean open(long partition, long batchId) throws IOException {
      Files.createDirectories(folder);
      target = folder.resolve(batchId + "-" + partition);
      hidden = folder.resolve("." + batchId + "-" + partition);
      out = null;
      if (Files.exists(target)) {
        return false;
      }
      out = Files.newBufferedWriter(hidden);
      return true;
    }

    @Override
    public void process(Row row) throws IOException {
      out.write(row + "\n");
    }

    private static void sync(Path path, StandardOpenOption way) throws IOException {
      try (FileChannel channel = FileChannel.open(path, way)) {
        channel.force(true);
      }
    }

    @Override
    public void close(Throwable failure) throws IOException {
      if (out != null) {
        out.close();
        if (failure == null) {
          // After this the batch counts as written, whatever happens to the machine.
          sync(hidden, StandardOpenOption.WRITE);
          Files.move(hidden, target);
          sync(folder, StandardOpenOption.READ);
        }
      }
    }
  }
}
