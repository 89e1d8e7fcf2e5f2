package dev.sluice.connectors.file;

import dev.sluice.operators.diagnostics.CheckpointException;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.Checksums;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.FileInput;
import dev.sluice.operators.io.FileOutput;
import dev.sluice.operators.io.FileStatus;
import dev.sluice.operators.io.FileStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A log directory in the layout of Spark's {@code CompactibleFileStreamLog}: one file a batch named
 * by its number, first line {@code v1}, then one JSON entry a line, no newline at the end; every
 * {@value #INTERVAL}th file ({@code 9.compact}, {@code 19.compact}, ...) repeats all entries so
 * far. A log that was begun with another interval ({@code compactInterval} of Spark) goes on with
 * that. Used by one thread.
 */
final class CompactibleLog<E> {
  static final int INTERVAL = 10;
  private static final String COMPACT = ".compact";
  private static final String VERSION = "v1";

  /** Spark's {@code cleanupDelay}: files that a compaction made superfluous stay so long. */
  private static final long CLEANUP_DELAY_MILLIS = 10 * 60_000L;

  /** How many batches stay readable one by one, as in the rest of the checkpoint. */
  private static final int BATCHES_TO_RETAIN = 100;

  /** How entries are written, and which of them a compaction leaves out. */
  interface Entries<E> {
    String write(E entry);

    /** Throws {@link IllegalArgumentException} if the line is no entry. */
    E read(String line);

    /** True if a compaction would certainly keep every entry read or written so far. */
    boolean keepsAll();

    /** What the compaction of batch {@code batch} keeps of all entries so far. */
    List<E> compact(List<E> all, long batch);
  }

  private final FileStore store;
  private final String directory;
  private final Entries<E> entries;
  private final Clock clock;
  private final LogDamage damage;
  private @Nullable TreeSet<Long> compactions;
  private long latest = -1;
  private long interval = INTERVAL;

  /**
   * @param damage how to tell of a file that cannot be read
   */
  CompactibleLog(
      FileStore store, String directory, Entries<E> entries, Clock clock, LogDamage damage) {
    this.store = store;
    this.directory = directory;
    this.entries = entries;
    this.clock = clock;
    this.damage = damage;
  }

  /** True if batches of this number are written as compactions. */
  private boolean isCompaction(long batch) {
    return (batch + 1) % interval == 0;
  }

  /**
   * The interval of a log with these compactions, as Spark derives it: that of the last two; of one
   * alone the least that is not below the usual one and makes it a compaction, or its own number if
   * the usual one is larger than that.
   */
  private static long intervalOf(TreeSet<Long> compactions) {
    if (compactions.isEmpty()) {
      return INTERVAL;
    }
    long last = compactions.last();
    Long before = compactions.lower(last);
    if (before != null) {
      return last - before;
    }
    long count = last + 1;
    for (long divisor = INTERVAL; divisor <= count / 2; divisor++) {
      if (count % divisor == 0) {
        return divisor;
      }
    }
    return count;
  }

  /** The number of the newest batch, or -1. Lists the directory once; later calls are free. */
  long latest() {
    if (compactions == null) {
      refresh();
    }
    return latest;
  }

  /** Looks again: another process may have written. */
  void refresh() {
    TreeSet<Long> found = new TreeSet<>();
    long newest = -1;
    for (FileStatus file : list()) {
      String name = file.name();
      long batch = number(name);
      if (batch >= 0) {
        newest = Math.max(newest, batch);
        if (name.endsWith(COMPACT)) {
          found.add(batch);
        }
      }
    }
    compactions = found;
    latest = newest;
    interval = intervalOf(found);
  }

  private List<FileStatus> list() {
    try {
      return store.list(directory);
    } catch (IOException e) {
      throw new PipelineException(
          "log-unreadable", "cannot list '" + directory + "': " + FileErrors.reason(e), e);
    }
  }

  /** Makes durable what was found. */
  void settle() {
    try {
      store.settle(directory);
    } catch (IOException e) {
      throw new PipelineException(
          "log-unwritable", "cannot sync '" + directory + "': " + FileErrors.reason(e), e);
    }
  }

  /** The batch a log file belongs to, or -1 if it is no log file. */
  private static long number(String name) {
    String digits =
        name.endsWith(COMPACT) ? name.substring(0, name.length() - COMPACT.length()) : name;
    if (digits.isEmpty() || digits.length() > 18) {
      return -1;
    }
    for (int i = 0; i < digits.length(); i++) {
      if (digits.charAt(i) < '0' || digits.charAt(i) > '9') {
        return -1;
      }
    }
    return Long.parseLong(digits);
  }

  /** The newest compaction at or before a batch, or -1. */
  private long compactionUpTo(long batch) {
    latest();
    TreeSet<Long> known = compactions;
    Long found = known == null ? null : known.floor(batch);
    return found == null ? -1 : found;
  }

  /** Every entry that the log still holds. */
  List<E> all() {
    return upTo(latest());
  }

  /**
   * Reads what is written since the last compaction, and that one's checksum, so that damage is
   * told before anything depends on the log.
   */
  void verify() {
    long compaction = compactionUpTo(latest());
    try {
      if (compaction >= 0) {
        String location = directory + "/" + compaction + COMPACT;
        requireSum(location, !Checksums.differ(store, location));
      }
    } catch (IOException e) {
      throw unreadable(directory, e);
    }
    for (long next = compaction + 1; next <= latest(); next++) {
      if (readFile(Long.toString(next)).isEmpty()) {
        throw damage.missing(directory + "/" + next, "the log goes on to " + latest());
      }
    }
  }

  /** The file of one batch. */
  String location(long batch) {
    latest();
    return directory + "/" + batch + (isCompaction(batch) ? COMPACT : "");
  }

  private List<E> upTo(long batch) {
    long compaction = compactionUpTo(batch);
    List<E> all = new ArrayList<>();
    for (long next = Math.max(compaction, 0); next <= batch; next++) {
      String name = next == compaction ? next + COMPACT : Long.toString(next);
      Optional<List<E>> read = readFile(name);
      if (read.isEmpty()) {
        throw damage.missing(directory + "/" + name, "the log goes on to " + batch);
      }
      all.addAll(read.get());
    }
    return all;
  }

  /** What the file of one batch says: for a compaction everything up to it. Empty if absent. */
  Optional<List<E>> read(long batch) {
    // There may be either, whatever the interval says now: a log may have been written with two.
    boolean compact = compactionUpTo(batch) == batch;
    return readFile(compact ? batch + COMPACT : Long.toString(batch));
  }

  private Optional<List<E>> readFile(String name) {
    String location = directory + "/" + name;
    byte[] bytes;
    try {
      bytes = store.readAll(location);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw unreadable(location, e);
    }
    try {
      List<E> parsed = parse(new String(bytes, StandardCharsets.UTF_8), location);
      requireSum(location, Checksums.matches(store, location, bytes));
      return Optional.of(parsed);
    } catch (IOException e) {
      throw unreadable(location, e);
    }
  }

  private static PipelineException unreadable(String location, IOException e) {
    return new PipelineException(
        "log-unreadable", "cannot read '" + location + "': " + FileErrors.reason(e), e);
  }

  private void requireVersion(String location, String first) {
    if (!first.equals(VERSION)) {
      throw CheckpointException.isVersion(first)
          ? damage.newer(location, first)
          : corrupt(location, 1, "its first line is not '" + VERSION + "'");
    }
  }

  private void requireSum(String location, boolean matches) {
    if (!matches) {
      throw damage.damaged(
          location, "its checksum in '" + Checksums.location(location) + "' differs");
    }
  }

  private List<E> parse(String text, String location) {
    List<E> result = new ArrayList<>();
    int end = text.indexOf('\n');
    String version = end < 0 ? text : text.substring(0, end);
    requireVersion(location, version);
    int line = 1;
    while (end >= 0) {
      int start = end + 1;
      end = text.indexOf('\n', start);
      String entry = text.substring(start, end < 0 ? text.length() : end);
      line++;
      if (entry.isEmpty() && end < 0) {
        break;
      }
      try {
        result.add(entries.read(entry));
      } catch (IllegalArgumentException e) {
        throw corrupt(location, line, String.valueOf(e.getMessage()));
      }
    }
    return result;
  }

  private RuntimeException corrupt(String location, int line, String what) {
    return damage.damaged(location, what + " (line " + line + ")");
  }

  /** Writes batch {@code batch}; durable on return. Batches come in order without gaps. */
  void add(long batch, List<E> added) {
    latest();
    if (isCompaction(batch)) {
      if (entries.keepsAll()) {
        copy(batch, added);
      } else {
        List<E> all = upTo(batch - 1);
        all.addAll(added);
        write(batch + COMPACT, entries.compact(all, batch));
      }
      compactions().add(batch);
    } else {
      write(Long.toString(batch), added);
    }
    latest = batch;
    if (isCompaction(batch)) {
      deleteSuperfluous(batch);
    }
  }

  private TreeSet<Long> compactions() {
    TreeSet<Long> known = compactions;
    if (known == null) {
      known = new TreeSet<>();
      compactions = known;
    }
    return known;
  }

  /** A compaction that leaves nothing out: the lines of the files before, unread. */
  private void copy(long batch, List<E> added) {
    String target = directory + "/" + batch + COMPACT;
    Checksums.Sum sum = Checksums.begin();
    try (FileOutput out = store.create(target)) {
      Checksums.forget(store, target);
      byte[] version = VERSION.getBytes(StandardCharsets.US_ASCII);
      write(version, 0, version.length, out, sum);
      long compaction = compactionUpTo(batch - 1);
      for (long next = Math.max(compaction, 0); next < batch; next++) {
        if (next == compaction) {
          copyLines(directory + "/" + next + COMPACT, out, sum);
        } else {
          copyBatch(directory + "/" + next, out, sum);
        }
      }
      byte[] lines = text(added).getBytes(StandardCharsets.UTF_8);
      write(lines, version.length, lines.length - version.length, out, sum);
      out.commit();
      Checksums.keep(store, target, sum);
    } catch (IOException e) {
      throw unwritable(target, e);
    }
  }

  private static void write(byte[] bytes, int offset, int length, FileOutput out, Checksums.Sum sum)
      throws IOException {
    out.write(bytes, offset, length);
    sum.update(bytes, offset, length);
  }

  /**
   * What one batch wrote is small: the whole is one request, where a store is asked by requests.
   */
  private void copyBatch(String location, FileOutput out, Checksums.Sum sum) throws IOException {
    try {
      byte[] bytes = store.readAll(location);
      int version = VERSION.length();
      String start =
          new String(bytes, 0, Math.min(bytes.length, version + 1), StandardCharsets.US_ASCII);
      requireVersion(location, start.endsWith("\n") ? start.substring(0, version) : start);
      requireSum(location, Checksums.matches(store, location, bytes));
      write(bytes, version, bytes.length - version, out, sum);
    } catch (NoSuchFileException e) {
      throw damage.missing(location, "the log goes on behind it");
    }
  }

  private void copyLines(String location, FileOutput out, Checksums.Sum sum) throws IOException {
    Checksums.Check check = Checksums.check(store, location);
    try (FileInput in = store.open(location)) {
      byte[] buffer = new byte[(int) Math.min(64 << 10, Math.max(16, in.length()))];
      long position = 0;
      for (int read = in.read(0, buffer, 0, buffer.length);
          read > 0;
          read = in.read(position, buffer, 0, buffer.length)) {
        int from = 0;
        if (position == 0) {
          String start = new String(buffer, 0, Math.min(read, 3), StandardCharsets.US_ASCII);
          requireVersion(location, start.endsWith("\n") ? start.substring(0, 2) : start);
          from = VERSION.length();
        }
        write(buffer, from, read - from, out, sum);
        if (check != null) {
          check.update(buffer, 0, read);
        }
        position += read;
      }
      requireSum(location, check == null || check.matches());
    } catch (NoSuchFileException e) {
      throw damage.missing(location, "the log goes on behind it");
    }
  }

  private String text(List<E> lines) {
    StringBuilder text = new StringBuilder(16 + lines.size() * 128).append(VERSION);
    for (E entry : lines) {
      text.append('\n').append(entries.write(entry));
    }
    return text.toString();
  }

  private PipelineException unwritable(String location, IOException e) {
    return e instanceof FileAlreadyExistsException
        ? damage.taken(location, e)
        : new PipelineException(
            "log-unwritable", "cannot write '" + location + "': " + FileErrors.reason(e), e);
  }

  private void write(String name, List<E> lines) {
    String location = directory + "/" + name;
    try {
      Checksums.write(store, location, text(lines).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw unwritable(location, e);
    }
  }

  /** Best effort: what stays is superfluous, not wrong. */
  private void deleteSuperfluous(long batch) {
    Long keepFrom = compactions().floor(batch - BATCHES_TO_RETAIN);
    if (keepFrom == null) {
      return;
    }
    long before = clock.millis() - CLEANUP_DELAY_MILLIS;
    List<FileStatus> files = new ArrayList<>(list());
    for (FileStatus file : files) {
      long number = number(file.name());
      if (number >= 0 && number < keepFrom && file.modifiedMillis() <= before) {
        try {
          Checksums.forget(store, file.location());
          store.delete(file.location());
          compactions().remove(number);
        } catch (IOException e) {
          // The next compaction tries again.
        }
      }
    }
  }

  /** The numbers of log files there are, ascending: for tests and displays. */
  long[] batches() {
    return list().stream().mapToLong(f -> number(f.name())).filter(n -> n >= 0).sorted().toArray();
  }

  @Override
  public String toString() {
    return directory + Arrays.toString(batches());
  }
}
