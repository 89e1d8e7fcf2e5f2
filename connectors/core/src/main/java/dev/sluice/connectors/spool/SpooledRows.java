package dev.sluice.connectors.spool;

import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.Write;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.FileOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The rows of one batch in a temporary folder, a file for each worker. Nothing of it need survive a
 * crash: the batch is then read again.
 */
public final class SpooledRows implements AutoCloseable {
  private final FileFormat.Writer format;
  private final Path folder;
  private final List<SpoolPart> parts = new ArrayList<>();

  private SpooledRows(FileFormat.Writer format, Path folder) {
    this.format = format;
    this.folder = folder;
  }

  public static SpooledRows begin(FileFormat.Writer format) {
    try {
      return new SpooledRows(format, Files.createTempDirectory("sluice-batch"));
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static PipelineException failed(IOException e) {
    return new PipelineException(
        "spool-failed",
        "a batch cannot be kept in the folder for temporary files '"
            + System.getProperty("java.io.tmpdir")
            + "': "
            + e.getMessage()
            + "; make room there, or name another with -Djava.io.tmpdir",
        e);
  }

  /** As {@link Write#part}. */
  public Write.Part part(int index) {
    String name = String.format(Locale.ROOT, "part-%05d%s", index, format.suffix());
    SpoolPart part = new SpoolPart(format, folder.resolve(name));
    parts.add(part);
    return part;
  }

  public Path folder() {
    return folder;
  }

  /** The files that have rows, in the order of the parts. */
  public List<Path> files() {
    return parts.stream().filter(part -> part.rows > 0).map(part -> part.file).toList();
  }

  public long rows() {
    return parts.stream().mapToLong(part -> part.rows).sum();
  }

  /** Removes everything. */
  @Override
  public void close() {
    parts.forEach(SpoolPart::abandon);
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(folder);
    } catch (IOException | UncheckedIOException e) {
      // The system clears its temporary files.
    }
  }

  /** The rows of one worker; its file is made with the first one. */
  private static final class SpoolPart implements Write.Part {
    private final FileFormat.Writer format;
    private final Path file;
    private Opened opened = Opened.NOT;
    private long rows;

    private record Opened(FileFormat.FileWriter writer, PlainFile output) {
      static final Opened NOT =
          new Opened(NoRows.INSTANCE, new PlainFile(OutputStream.nullOutputStream()));
    }

    SpoolPart(FileFormat.Writer format, Path file) {
      this.format = format;
      this.file = file;
    }

    @Override
    public void write(Batch batch) {
      try {
        if (opened == Opened.NOT) {
          PlainFile output = new PlainFile(Files.newOutputStream(file));
          opened = new Opened(format.open(output), output);
        }
        opened.writer().write(batch);
        rows += batch.rows();
      } catch (IOException e) {
        throw failed(e);
      }
    }

    @Override
    public void finish() {
      try {
        opened.writer().finish();
        opened.output().close();
      } catch (IOException e) {
        throw failed(e);
      }
    }

    void abandon() {
      try {
        opened.output().close();
      } catch (IOException e) {
        // It is deleted next.
      }
    }
  }

  /** For a worker that has no rows. */
  private enum NoRows implements FileFormat.FileWriter {
    INSTANCE;

    @Override
    public void write(Batch batch) {
      throw new IllegalStateException("no file is open");
    }

    @Override
    public void finish() {}
  }

  /** A file that is neither durable nor hidden until the end. */
  private static final class PlainFile implements FileOutput {
    private final OutputStream out;
    private long position;

    PlainFile(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      position += length;
    }

    @Override
    public long position() {
      return position;
    }

    @Override
    public void commit() {
      throw new UnsupportedOperationException("a spool is never published");
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
