package dev.sluice.connectors.file;

import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.Write;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.FileOutput;
import dev.sluice.operators.io.FileStatus;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.io.Uuids;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The part files of one batch. They get their names only at the commit, just before the log entry
 * that makes them count; a write that fails takes them away again.
 */
final class FileWrite implements Write {
  private final String location;
  private final FileStore store;
  private final FileFormat.Writer writer;
  private final FileSink.Layout layout;
  private final CompactibleLog<SinkLogEntry> log;
  private final long epochId;
  private final List<PartWriter> parts = new ArrayList<>();
  private final List<String> published = new ArrayList<>();
  private boolean committed;

  FileWrite(
      String location,
      FileStore store,
      FileFormat.Writer writer,
      FileSink.Layout layout,
      CompactibleLog<SinkLogEntry> log,
      long epochId) {
    this.location = location;
    this.store = store;
    this.writer = writer;
    this.layout = layout;
    this.log = log;
    this.epochId = epochId;
  }

  @Override
  public Part part(int index) {
    PartWriter part = new PartWriter(index, this, layout);
    parts.add(part);
    return part;
  }

  /** A file that is being written, and where it will be. */
  record PartFile(String location, FileOutput output, FileFormat.FileWriter rows) {
    Ended ended() {
      return new Ended(location, output);
    }
  }

  /** A file that waits for its name. */
  record Ended(String location, FileOutput output) {}

  /**
   * Begins a file.
   *
   * @param folder of the partition, with a slash before it; empty for the root
   * @param counter how many files this part began before
   */
  PartFile create(int part, String folder, int counter) throws IOException {
    String suffix = writer.suffix();
    // The counter stands behind a point in partition folders, behind a dash elsewhere, as in Spark.
    if (suffix.matches("[-.]c\\d{3}.*")) {
      suffix = suffix.substring(5);
    }
    String name =
        String.format(
            Locale.ROOT,
            "part-%05d-%s%sc%03d%s",
            part,
            Uuids.random(),
            layout.partitionBy().isEmpty() ? "-" : ".",
            counter,
            suffix);
    String target = location + folder + "/" + name;
    FileOutput output = store.create(target);
    try {
      return new PartFile(target, output, writer.open(output));
    } catch (IOException | RuntimeException e) {
      output.close();
      throw e;
    }
  }

  String location() {
    return location;
  }

  @Override
  public void commit() {
    if (committed) {
      return;
    }
    List<Ended> files = new ArrayList<>();
    for (PartWriter part : parts) {
      files.addAll(part.finished());
    }
    if (files.isEmpty() && layout.partitionBy().isEmpty()) {
      // A reader of another kind learns the columns from an empty file.
      PartWriter empty = new PartWriter(0, this, layout);
      parts.add(empty);
      empty.writeEmptyFile();
      files.addAll(empty.finished());
    }
    List<SinkLogEntry> entries = new ArrayList<>(files.size());
    for (Ended file : files) {
      try {
        file.output().commit();
        published.add(file.location());
        FileStatus status =
            status(file)
                .orElseThrow(
                    () ->
                        new PipelineException(
                            "file-unwritable",
                            "'" + file.location() + "' was written, but is not there"));
        entries.add(
            new SinkLogEntry(
                store.toUri(file.location()),
                status.length(),
                false,
                status.modifiedMillis(),
                "add"));
      } catch (IOException e) {
        throw FileErrors.unwritable(file.location(), e);
      }
    }
    log.add(epochId, entries);
    committed = true;
  }

  private Optional<FileStatus> status(Ended file) throws IOException {
    Optional<FileStatus> told = file.output().committed();
    return told.isPresent() ? told : store.status(file.location());
  }

  @Override
  public void close() {
    for (PartWriter part : parts) {
      part.abandon();
    }
    // If the entry's write failed late it may still count: then its files must stay.
    if (!committed && !published.isEmpty() && !isLogged()) {
      for (String file : published) {
        try {
          store.delete(file);
        } catch (IOException e) {
          // No log names it, so readers of the log do not see it.
        }
      }
    }
    published.clear();
  }

  private boolean isLogged() {
    try {
      log.refresh();
      return log.latest() >= epochId;
    } catch (PipelineException e) {
      return true;
    }
  }
}
