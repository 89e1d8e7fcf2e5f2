package dev.sluice.runner.checkpoint;

import dev.sluice.connectors.Offset;
import dev.sluice.operators.io.Checksums;
import dev.sluice.operators.io.FileStatus;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.io.FileStores;
import dev.sluice.operators.io.Locations;
import dev.sluice.operators.json.Json;
import dev.sluice.operators.operator.StateRows;
import dev.sluice.operators.state.OperatorMetadata;
import dev.sluice.runner.plan.CheckpointMismatchException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes a checkpoint back to where it was after an earlier batch: logs, state, and the logs of the
 * sources and sinks that keep one. What is taken away is copied first. An interruption leaves a
 * checkpoint that is good, of that batch or of a later one; the same call then goes on.
 */
public final class Rewind {
  private static final Pattern PATH = Pattern.compile("[{ ]path=(.*?)(, [A-Za-z.]+=.*)?}$");

  private final FileStores stores;
  private final FileStore files;
  private final String root;
  private final long to;
  private final String base;
  private final CheckpointSummary summary;
  private final List<Taken> taken = new ArrayList<>();
  private final List<String> sinks = new ArrayList<>();
  private Optional<CommitEntry> missing = Optional.empty();

  /**
   * A file to be taken away.
   *
   * @param name where its copy lies below the folder of copies
   */
  public record Taken(FileStore files, String location, String name) {}

  private Rewind(FileStores stores, String root, long to, String base, CheckpointSummary summary) {
    this.base = base;
    this.stores = stores;
    this.files = stores.of(root);
    this.root = root;
    this.to = to;
    this.summary = summary;
  }

  /**
   * Looks what is to be done, without doing it. Throws {@link CheckpointMismatchException} if what
   * is needed of that batch is not kept any more.
   *
   * @param base where relative paths of sinks start: the folder of the pipeline file
   */
  public static Rewind plan(FileStores stores, String root, long to, String base)
      throws IOException {
    Rewind rewind =
        new Rewind(stores, root, to, base, CheckpointSummary.read(stores.of(root), root));
    rewind.plan();
    return rewind;
  }

  private void plan() throws IOException {
    CheckpointLog log = new CheckpointLog(files, root);
    long last = log.latestPlannedId().orElse(-1L);
    Optional<OffsetEntry> entry = log.planned(to);
    if (entry.isEmpty() || to > log.lastDoneId().orElse(-1L)) {
      throw gone(
          "batch "
              + to
              + " is not among the committed batches that are kept"
              + summary
                  .committedBatch()
                  .map(
                      newest -> " (" + log.oldestPlannedId().orElse(newest) + " to " + newest + ")")
                  .orElse(""));
    }
    if (log.committed(to).isEmpty()) {
      missing = log.planned(to + 1).map(next -> new CommitEntry(to, next.watermarkMillis()));
    }
    // From the newest down, each commit before its plan: whatever is left is a whole log. What
    // belongs to batches that the log does not know any more is replaced or refused, never used.
    for (long batch = last; batch > to; batch--) {
      take(files, root + "/commits/" + batch, "commits/" + batch);
      take(files, root + "/offsets/" + batch, "offsets/" + batch);
    }
    planSinks();
    planSources(entry.get());
    planState();
  }

  private CheckpointMismatchException gone(String what) {
    return new CheckpointMismatchException(
        "batch-not-kept",
        "the checkpoint '" + root + "' cannot go back to batch " + to + ": " + what);
  }

  private void planState() throws IOException {
    String state = root + "/state";
    for (int operator : OperatorMetadata.operators(files, state)) {
      StateRows.of(files, state, operator).requireVersion(to + 1);
      for (FileStatus partition : files.list(state + "/" + operator)) {
        if (partition.directory() && isNumber(partition.name())) {
          for (FileStatus file : files.list(partition.location())) {
            if (number(file.name()) > to + 1) {
              take(
                  files,
                  file.location(),
                  "state/" + operator + "/" + partition.name() + "/" + file.name());
            }
          }
        }
      }
    }
  }

  /** A file source numbers its own log, and its offsets say how far it had come. */
  private void planSources(OffsetEntry entry) throws IOException {
    for (int i = 0; i < entry.ends().size(); i++) {
      String folder = Checkpoint.sourceDirectory(root, i);
      long end = logOffset(entry.ends().get(i));
      planLog(files, folder, end, "sources/" + i, "source " + i);
    }
  }

  private static long logOffset(Offset end) {
    if (end.isNone()) {
      return -1;
    }
    try {
      return Json.parseObject(end.json()).get("logOffset") instanceof Long value ? value : -1;
    } catch (IllegalArgumentException e) {
      return -1;
    }
  }

  /** Which folder a sink with this place writes. */
  static Optional<String> folder(String place) {
    Matcher path = PATH.matcher(place);
    return path.find() ? Optional.of(path.group(1)) : Optional.empty();
  }

  private void planSinks() throws IOException {
    List<Fingerprint.Part> parts = summary.parts().map(Fingerprint::sinks).orElse(List.of());
    for (int i = 0; i < parts.size(); i++) {
      Optional<String> path = folder(parts.get(i).description());
      if (path.isPresent()) {
        String folder = Locations.resolve(path.get(), base);
        String log = folder + "/_spark_metadata";
        FileStore store = stores.of(log);
        if (!store.list(log).isEmpty()) {
          planLog(store, log, to, "sinks/" + i, parts.get(i).label());
          sinks.add(folder);
        }
      }
    }
  }

  /**
   * Entries after the last one to keep. A compaction among them may go as long as what it repeats
   * is there otherwise.
   */
  private void planLog(FileStore store, String folder, long keep, String name, String label)
      throws IOException {
    List<FileStatus> entries = new ArrayList<>();
    long base = -1;
    List<Long> kept = new ArrayList<>();
    for (FileStatus file : store.list(folder)) {
      long number = number(file.name());
      if (number > keep) {
        entries.add(file);
      } else if (number >= 0) {
        kept.add(number);
        base = file.name().endsWith(".compact") ? Math.max(base, number) : base;
      }
    }
    for (long needed = base + 1; !entries.isEmpty() && needed <= keep; needed++) {
      if (!kept.contains(needed)) {
        throw gone("the entry " + needed + " of the log '" + folder + "' of " + label + " is gone");
      }
    }
    entries.sort(Comparator.comparingLong((FileStatus file) -> number(file.name())).reversed());
    for (FileStatus file : entries) {
      take(store, file.location(), name + "/" + file.name());
    }
  }

  private void take(FileStore store, String location, String name) throws IOException {
    if (store.status(location).isPresent()) {
      taken.add(new Taken(store, location, name));
    }
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty() && text.length() < 19 && text.chars().allMatch(Character::isDigit);
  }

  /** The number before the first dot, -1 if there is none. */
  private static long number(String name) {
    int dot = name.indexOf('.');
    String digits = dot < 0 ? name : name.substring(0, dot);
    return isNumber(digits) ? Long.parseLong(digits) : -1;
  }

  /** What goes, in the order in which it goes. */
  public List<Taken> taken() {
    return List.copyOf(taken);
  }

  /** The folders of file sinks whose log goes back too. */
  public List<String> sinkFolders() {
    return List.copyOf(sinks);
  }

  public CheckpointSummary summary() {
    return summary;
  }

  /**
   * Does it; where the copies lie. The caller holds the lock of the checkpoint.
   *
   * @param nowMillis names the folder of copies
   */
  public String apply(long nowMillis) throws IOException {
    String folder = root + "/undo/" + nowMillis;
    for (Taken file : taken) {
      files.write(folder + "/" + file.name(), file.files().readAll(file.location()));
    }
    if (missing.isPresent()) {
      // Only the plan behind it said that the batch is done, and that goes.
      new CheckpointLog(files, root).commit(missing.get());
    }
    for (Taken file : taken) {
      Checksums.forget(file.files(), file.location());
      file.files().delete(file.location());
    }
    return folder;
  }
}
