package dev.sluice.connectors.file;

import dev.sluice.connectors.Write;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Schema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One worker's part of a batch: one open file, or one a partition, of which only so many are open
 * at a time.
 */
final class PartWriter implements Write.Part {
  /** How many files may be open: more partitions in a batch come in several files each. */
  private static final int MOST_OPEN = 100;

  /** How much heap the open files may hold together. */
  private static final long MOST_BYTES = 40L << 20;

  private final int index;
  private final FileWrite write;
  private final FileSink.Layout layout;
  private final int[] dataColumns;
  private final Schema dataSchema;
  private final PartitionRouter router;

  /** By folder, least recently used first. */
  private final Map<String, Open> open = new LinkedHashMap<>(16, 0.75f, true);

  /** Ended files; their writers are let go. */
  private final List<FileWrite.Ended> finished = new ArrayList<>();

  private int begun;

  /** A file and how many rows it has. */
  private static final class Open {
    final FileWrite.PartFile file;
    long rows;

    Open(FileWrite.PartFile file) {
      this.file = file;
    }
  }

  PartWriter(int index, FileWrite write, FileSink.Layout layout) {
    this.index = index;
    this.write = write;
    this.layout = layout;
    this.dataColumns = FileSink.dataColumns(layout.schema(), layout.partitionBy());
    this.dataSchema = layout.schema().select(dataColumns);
    this.router = new PartitionRouter(layout);
  }

  @Override
  public void write(Batch batch) {
    if (batch.rows() == 0) {
      return;
    }
    if (layout.partitionBy().isEmpty()) {
      append("", batch);
      return;
    }
    router.route(
        batch,
        (folder, rows, count) -> {
          List<Column> columns = new ArrayList<>(dataColumns.length);
          for (int column : dataColumns) {
            Column all = batch.column(column);
            columns.add(count == batch.rows() ? all : all.select(rows, count));
          }
          append(folder, new Batch(dataSchema, columns, count));
        });
  }

  private void append(String folder, Batch batch) {
    long limit = layout.maxRecordsPerFile();
    int done = 0;
    while (done < batch.rows()) {
      Open file = open.get(folder);
      if (file != null && limit > 0 && file.rows >= limit) {
        open.remove(folder);
        finish(file);
        file = null;
      }
      if (file == null) {
        file = begin(folder);
      }
      int end = limit > 0 ? (int) Math.min(batch.rows(), done + limit - file.rows) : batch.rows();
      try {
        file.file.rows().write(batch.slice(done, end));
      } catch (IOException e) {
        throw FileErrors.unwritable(file.file.location(), e);
      }
      file.rows += end - done;
      done = end;
    }
    makeRoom();
  }

  private Open begin(String folder) {
    while (open.size() >= MOST_OPEN) {
      finishOldest();
    }
    try {
      Open file = new Open(write.create(index, folder, begun));
      begun++;
      open.put(folder, file);
      return file;
    } catch (IOException e) {
      throw FileErrors.unwritable(write.location() + folder, e);
    }
  }

  private void makeRoom() {
    if (open.size() < 2) {
      return;
    }
    long bytes = 0;
    for (Open file : open.values()) {
      bytes += file.file.rows().memoryBytes();
    }
    while (bytes > MOST_BYTES && open.size() > 1) {
      bytes -= open.values().iterator().next().file.rows().memoryBytes();
      finishOldest();
    }
  }

  private void finishOldest() {
    String oldest = open.keySet().iterator().next();
    Open file = open.remove(oldest);
    if (file != null) {
      finish(file);
    }
  }

  private void finish(Open file) {
    // Known as finished even if it fails, so that its temporary file goes.
    finished.add(file.file.ended());
    try {
      file.file.rows().finish();
      file.file.output().seal();
    } catch (IOException e) {
      throw FileErrors.unwritable(file.file.location(), e);
    }
  }

  @Override
  public void finish() {
    while (!open.isEmpty()) {
      finishOldest();
    }
  }

  /** A file without rows, for a batch without rows. */
  void writeEmptyFile() {
    begin("");
    finish();
  }

  List<FileWrite.Ended> finished() {
    return finished;
  }

  /** Leaves nothing of what was not committed. */
  void abandon() {
    List<FileWrite.Ended> files = new ArrayList<>(finished);
    open.values().forEach(file -> files.add(file.file.ended()));
    finished.clear();
    open.clear();
    for (FileWrite.Ended file : files) {
      try {
        file.output().close();
      } catch (IOException e) {
        // Temporary files are invisible.
      }
    }
  }
}
