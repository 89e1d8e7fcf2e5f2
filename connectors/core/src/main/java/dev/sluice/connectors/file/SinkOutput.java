package dev.sluice.connectors.file;

import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.FileStatus;
import dev.sluice.operators.io.FileStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads the folder of a file sink as the sink's log tells it: exactly the committed files. */
final class SinkOutput {
  private final FileStore store;
  private final String logDirectory;
  private final CompactibleLog<SinkLogEntry> log;
  private long readUpTo = -1;
  private List<FileStatus> files = List.of();

  SinkOutput(FileStore store, String location, Clock clock) {
    this.store = store;
    this.logDirectory = location + "/" + SinkLogEntry.DIRECTORY;
    this.log =
        new CompactibleLog<>(
            store,
            logDirectory,
            new SinkLogEntry.Lines(Long.MAX_VALUE, clock),
            clock,
            LogDamage.INPUT);
  }

  boolean exists() throws IOException {
    return store.status(logDirectory).filter(FileStatus::directory).isPresent();
  }

  /** The committed files so far. */
  List<FileStatus> files() {
    log.refresh();
    if (log.latest() != readUpTo) {
      List<FileStatus> found = new ArrayList<>();
      for (SinkLogEntry entry : SinkLogEntry.live(log.all())) {
        if (!entry.directory()) {
          found.add(
              new FileStatus(store.fromUri(entry.path()), entry.size(), entry.modified(), false));
        }
      }
      files = found;
      readUpTo = log.latest();
    }
    return files;
  }
}
