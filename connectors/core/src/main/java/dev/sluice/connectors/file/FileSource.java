package dev.sluice.connectors.file;

import dev.sluice.connectors.Offset;
import dev.sluice.connectors.ReadLimit;
import dev.sluice.connectors.Source;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.Split;
import dev.sluice.connectors.SupportsAvailableNow;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.FileStatus;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.io.Locations;
import dev.sluice.operators.io.Retried;
import dev.sluice.operators.json.Json;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * New files under a path, in the order of their modification time. Each batch's files are an entry
 * of the source's log; the offset is the entry's number. A file is known by its path for ever, or
 * until it is forgotten by age.
 */
final class FileSource implements Source, SupportsAvailableNow {
  private final String location;
  private final FileStore store;
  private final FileSourceOptions options;
  private final FileListing listing;
  private final FileSplits splits;
  private final CompactibleLog<SourceLogEntry> log;
  private final SeenFiles seen;
  private final @Nullable SourceCleaner cleaner;
  private long current;

  /** Listed but not taken yet; null: list again. */
  private @Nullable Deque<FileStatus> unread;

  /** How many of the files that were listed the last batch left. */
  private int left;

  private boolean frozen;
  private boolean toldNoFiles;

  /**
   * The last entry made by this process and the sizes of its files, so that none is asked twice.
   */
  private List<FileStatus> lastFiles = List.of();

  private long lastEntry = -1;
  private long cleaned = -1;

  FileSource(FileTable table, FileSourceOptions options, SourceContext context) {
    this.location = table.location();
    this.store = context.files().of(location);
    this.options = options;
    this.listing = table.listing();
    this.splits = table.splitting(options, context.parallelism());
    // Where the checkpoint lies says nothing about where the data lies.
    this.log =
        new CompactibleLog<>(
            context.files().of(context.logDirectory()),
            context.logDirectory(),
            new SourceLogEntry.Lines(options.maxFileAgeMillis()),
            context.clock(),
            LogDamage.SOURCE);
    this.seen = new SeenFiles(options.maxFileAgeMillis(), options.fileNameOnly());
    this.cleaner = SourceCleaner.of(options, store, location, context);
    this.current = log.latest();
    if (current >= 0) {
      log.settle();
      for (SourceLogEntry entry : log.all()) {
        seen.add(store.fromUri(entry.path()), entry.timestamp());
      }
      seen.purge();
    }
  }

  @Override
  public Schema schema() {
    return splits.columns().schema();
  }

  @Override
  public Schema hiddenColumns() {
    return FileColumns.HIDDEN;
  }

  /** Of the storage, which others may use too. */
  @Override
  public Retried retried() {
    return store.retried(location);
  }

  /**
   * How many files were passed over since the start, where the options allow it, and how many stay
   * that were to be cleaned.
   */
  @Override
  public Map<String, String> metrics() {
    Map<String, String> metrics = new LinkedHashMap<>();
    putUnlessZero(metrics, "filesPassedOver", splits.passedOver());
    putUnlessZero(metrics, "filesNotCleaned", cleaner == null ? 0 : cleaner.failures());
    return metrics;
  }

  private static void putUnlessZero(Map<String, String> metrics, String name, long count) {
    if (count > 0) {
      metrics.put(name, String.valueOf(count));
    }
  }

  @Override
  public String description() {
    return "FileStreamSource[" + Locations.display(location) + "]";
  }

  @Override
  public Offset initialOffset() {
    return Offset.NONE;
  }

  @Override
  public void prepareForAvailableNow() {
    unread = new ArrayDeque<>(listNew());
    frozen = true;
  }

  private List<FileStatus> listNew() {
    List<FileStatus> files = new ArrayList<>();
    for (FileStatus file : listing.list()) {
      if (seen.isNew(file.location(), file.modifiedMillis())) {
        files.add(file);
      }
    }
    if (cleaner != null && listing.isSinkOutput()) {
      throw new PipelineException(
          "clean-source-refused",
          "cleanSource is not possible for '"
              + location
              + "', the output folder of a file sink; set cleanSource: off");
    }
    Comparator<FileStatus> byTime = Comparator.comparingLong(FileStatus::modifiedMillis);
    // Equal times are put in order of name, so that a listing always gives the same batches.
    files.sort(
        (options.latestFirst() ? byTime.reversed() : byTime).thenComparing(FileStatus::location));
    return files;
  }

  @Override
  public Offset latestOffset(Offset from, ReadLimit limit) {
    if (number(from) > current) {
      throw LogDamage.SOURCE.missing(
          log.location(number(from)), "the checkpoint says that its batch is done");
    }
    Deque<FileStatus> waiting = unread;
    if (waiting == null || waiting.isEmpty() && !frozen) {
      waiting = new ArrayDeque<>(listNew());
    }
    if (waiting.isEmpty() && current < 0) {
      tellNoFiles();
    }
    List<FileStatus> taken = take(waiting, limit);
    left = waiting.size();
    keep(waiting, limit);
    if (!taken.isEmpty()) {
      List<SourceLogEntry> entries = new ArrayList<>(taken.size());
      for (FileStatus file : taken) {
        seen.add(file.location(), file.modifiedMillis());
        entries.add(
            new SourceLogEntry(store.toUri(file.location()), file.modifiedMillis(), current + 1));
      }
      log.add(current + 1, entries);
      current++;
      lastFiles = taken;
      lastEntry = current;
    }
    seen.purge();
    return current < 0 ? Offset.NONE : new Offset("{\"logOffset\":" + current + "}");
  }

  /** Once: a path with a slip in it looks like a source to which nothing comes. */
  private void tellNoFiles() {
    if (!toldNoFiles) {
      toldNoFiles = true;
      LoggerFactory.getLogger(FileSource.class)
          .warn(
              "no-files: there is no file to read at '{}'{}",
              location,
              frozen ? "; correct 'path' or 'pathGlobFilter' if there should be one" : " yet");
    }
  }

  /** Takes the next batch from the front, within the limits. */
  private List<FileStatus> take(Deque<FileStatus> waiting, ReadLimit limit) {
    boolean all = limit == ReadLimit.ALL;
    long maxFiles = all ? Long.MAX_VALUE : options.maxFilesPerTrigger().orElse(Long.MAX_VALUE);
    long maxBytes = all ? Long.MAX_VALUE : options.maxBytesPerTrigger().orElse(Long.MAX_VALUE);
    List<FileStatus> taken = new ArrayList<>();
    long bytes = 0;
    while (!waiting.isEmpty() && taken.size() < maxFiles) {
      FileStatus next = waiting.peekFirst();
      if (!seen.isNew(next.location(), next.modifiedMillis())) {
        waiting.removeFirst();
        continue;
      }
      if (!taken.isEmpty() && next.length() > maxBytes - bytes) {
        break;
      }
      bytes += next.length();
      taken.add(waiting.removeFirst());
    }
    return taken;
  }

  /** Keeps what was listed for the next batch, unless so little is left that listing pays. */
  private void keep(Deque<FileStatus> waiting, ReadLimit limit) {
    if (frozen) {
      return;
    }
    unread = null;
    if (options.latestFirst() || limit == ReadLimit.ALL || waiting.isEmpty()) {
      return;
    }
    double ratio = options.discardCachedInputRatio();
    boolean enough;
    if (options.maxFilesPerTrigger().isPresent()) {
      enough = waiting.size() >= options.maxFilesPerTrigger().get() * ratio;
    } else if (options.maxBytesPerTrigger().isPresent()) {
      long bytes = 0;
      for (FileStatus file : waiting) {
        bytes += file.length();
      }
      enough = bytes >= options.maxBytesPerTrigger().get() * ratio;
    } else {
      enough = false;
    }
    if (enough) {
      while (waiting.size() > options.maxCachedFiles()) {
        waiting.removeLast();
      }
      unread = waiting;
    }
  }

  @Override
  public List<Split> splits(Offset from, Offset to) {
    long start = number(from);
    long end = number(to);
    if (end == lastEntry && start == end - 1) {
      return splits.of(lastFiles);
    }
    List<FileStatus> files = new ArrayList<>();
    for (SourceLogEntry entry : entries(start, end)) {
      files.add(splits.look(store.fromUri(entry.path()), entry.timestamp()));
    }
    return splits.of(files);
  }

  /** The files that lie there now, whether they were read before or not. */
  @Override
  public List<Split> snapshot() {
    List<FileStatus> files = new ArrayList<>(listing.list());
    files.sort(
        Comparator.comparingLong(FileStatus::modifiedMillis).thenComparing(FileStatus::location));
    return splits.of(files);
  }

  /** The entries after {@code start} up to {@code end}. */
  private List<SourceLogEntry> entries(long start, long end) {
    List<SourceLogEntry> found = new ArrayList<>();
    for (long number = start + 1; number <= end; number++) {
      long wanted = number;
      List<SourceLogEntry> read =
          log.read(number)
              .orElseThrow(
                  () ->
                      LogDamage.SOURCE.missing(
                          log.location(wanted), "the checkpoint has a batch with its files"));
      int before = found.size();
      for (SourceLogEntry entry : read) {
        if (entry.batchId() == number) {
          found.add(entry);
        }
      }
      if (found.size() == before) {
        throw LogDamage.SOURCE.damaged(log.location(number), "it names no file of its batch");
      }
    }
    return found;
  }

  /** The log number of an offset; -1 before the first. */
  static long number(Offset offset) {
    if (offset.isNone()) {
      return -1;
    }
    try {
      // A bare number is what Spark's first releases wrote.
      Object value = Json.parse(offset.json());
      if (value instanceof Map<?, ?> map) {
        value = map.get("logOffset");
      }
      if (value instanceof Long number) {
        return number;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new PipelineException(
        "offset-invalid",
        "'" + offset.json() + "' is no offset of a file source; {\"logOffset\":N} is expected");
  }

  @Override
  public void commit(Offset upTo) {
    long end = number(upTo);
    SourceCleaner clean = cleaner;
    if (clean == null || end < 0 || end <= cleaned) {
      return;
    }
    long start = cleaned < 0 ? end - 1 : cleaned;
    cleaned = end;
    for (SourceLogEntry entry : entries(start, end)) {
      clean.clean(store.fromUri(entry.path()));
    }
  }

  @Override
  public Optional<Backlog> backlog() {
    return Optional.of(new Backlog(left, "files"));
  }
}
