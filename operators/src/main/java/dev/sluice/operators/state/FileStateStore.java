package dev.sluice.operators.state;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.CheckpointException;
import dev.sluice.operators.io.FileStatus;
import dev.sluice.operators.io.FileStore;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * State as files in one directory, {@code V.delta} for what changed in version {@code V} and now
 * and then {@code V.snapshot} for all of it, named as Spark names its own.
 *
 * <p>A snapshot is due when the change logs since the last one have grown as large as it: so a
 * batch costs what it changes, and a restart at most twice what is held.
 */
public final class FileStateStore implements StateStore {
  private static final String DELTA = ".delta";
  private static final String SNAPSHOT = ".snapshot";

  /** Spark's {@code minDeltasForSnapshot}. */
  private static final int LEAST_DELTAS = 10;

  /** More logs than this are slow to open one by one, however small. */
  private static final int MOST_DELTAS = 200;

  private final FileStore files;
  private final String directory;
  private final Schema schema;
  private final Schema keys;
  private final List<StateLayout> earlier;
  // The newest whole snapshot, and the lengths of the change logs since; guarded by this.
  private long snapshotVersion;
  private long snapshotBytes;
  private final NavigableMap<Long, Long> deltas = new TreeMap<>();

  /**
   * @param schema the columns of a row of state; the first {@code keyColumns} are the key
   */
  public FileStateStore(FileStore files, String directory, Schema schema, int keyColumns) {
    this(files, directory, schema, keyColumns, List.of());
  }

  /**
   * As above.
   *
   * @param earlier what rows looked like in older files
   */
  public FileStateStore(
      FileStore files, String directory, Schema schema, int keyColumns, List<StateLayout> earlier) {
    this.earlier = List.copyOf(earlier);
    this.files = files;
    this.directory = directory;
    this.schema = schema;
    this.keys = schema.select(IntStream.range(0, keyColumns).toArray());
  }

  @Override
  public Schema schema() {
    return schema;
  }

  private String location(long version, String suffix) {
    return directory + "/" + version + suffix;
  }

  private StateFile file(long version, String suffix) {
    return new StateFile(files, location(version, suffix), schema, keys, earlier);
  }

  /** The versions that have a file of this kind, with its length. */
  private TreeMap<Long, Long> versions(String suffix) throws IOException {
    TreeMap<Long, Long> found = new TreeMap<>();
    for (FileStatus file : files.list(directory)) {
      String name = file.name();
      if (name.endsWith(suffix)) {
        String number = name.substring(0, name.length() - suffix.length());
        if (number.length() < 19 && number.chars().allMatch(Character::isDigit)) {
          found.put(Long.parseLong(number), file.length());
        }
      }
    }
    return found;
  }

  /**
   * How many rows there are at a version, as its change log says without being read; -1 if it does
   * not.
   */
  public long rows(long version) throws IOException {
    try {
      return version == 0 ? 0 : file(version, DELTA).rows();
    } catch (NoSuchFileException e) {
      return -1;
    }
  }

  /** Throws a {@link CheckpointException} if a file is missing that a version needs. */
  public void requireVersion(long version) throws IOException {
    base(version, versions(DELTA));
  }

  /** The snapshot from which a version is read, as an entry of its length; null for none. */
  private Map.@Nullable Entry<Long, Long> base(long version, TreeMap<Long, Long> deltas)
      throws IOException {
    Map.Entry<Long, Long> snapshot = versions(SNAPSHOT).floorEntry(version);
    for (long v = snapshot == null ? 1 : snapshot.getKey() + 1; v <= version; v++) {
      if (!deltas.containsKey(v)) {
        throw CheckpointException.missing(
            location(v, DELTA), "the state goes on to version " + version);
      }
    }
    return snapshot;
  }

  @Override
  public void restore(long version, Restorer into) throws IOException {
    TreeMap<Long, Long> lengths = versions(DELTA);
    Map.Entry<Long, Long> snapshot = base(version, lengths);
    long from = snapshot == null ? 0 : snapshot.getKey();
    synchronized (this) {
      snapshotVersion = from;
      snapshotBytes = snapshot == null ? 0 : snapshot.getValue();
      deltas.clear();
      deltas.putAll(lengths.subMap(from, false, Math.max(from, version), true));
    }
    if (from > 0) {
      file(from, SNAPSHOT).read(into);
    }
    for (long v = from + 1; v <= version; v++) {
      file(v, DELTA).read(into);
    }
  }

  @Override
  public void commit(long version, Iterable<Change> changes, long rows) throws IOException {
    // A batch that runs again replaces what its first run left, a snapshot made of it included.
    files.delete(location(version, SNAPSHOT));
    files.delete(location(version, DELTA));
    long length = file(version, DELTA).write(changes, rows);
    synchronized (this) {
      deltas.put(version, length);
    }
  }

  private long deltaBytes() {
    long bytes = 0;
    for (long length : deltas.values()) {
      bytes += length;
    }
    return bytes;
  }

  @Override
  public synchronized boolean wantsSnapshot(long version) {
    long since = version - snapshotVersion;
    return since >= MOST_DELTAS || since >= LEAST_DELTAS && deltaBytes() >= snapshotBytes;
  }

  @Override
  public synchronized long snapshotBytes() {
    return snapshotBytes + deltaBytes();
  }

  @Override
  public Snapshot snapshot(long version, Iterable<Batch> rows, boolean copied) {
    StateFile file = file(version, SNAPSHOT);
    Iterable<byte[]> blocks = file.blocks(rows);
    if (copied) {
      List<byte[]> taken = new ArrayList<>();
      blocks.forEach(taken::add);
      blocks = taken;
    }
    Iterable<byte[]> all = blocks;
    return stopped -> {
      files.delete(location(version, SNAPSHOT));
      long length = file.writeBlocks(all, stopped);
      synchronized (this) {
        snapshotBytes = length;
        snapshotVersion = version;
        deltas.headMap(version, true).clear();
      }
    };
  }

  @Override
  public void purgeBefore(long version) throws IOException {
    TreeMap<Long, Long> snapshots = versions(SNAPSHOT);
    Long base = snapshots.floorKey(version);
    if (base == null) {
      return;
    }
    // Logs first: a snapshot without its logs restores, logs without their snapshot do not.
    List<String> old = new ArrayList<>();
    for (long v : versions(DELTA).headMap(base, true).keySet()) {
      old.add(location(v, DELTA));
    }
    for (long v : snapshots.headMap(base, false).keySet()) {
      old.add(location(v, SNAPSHOT));
    }
    for (String location : old) {
      files.delete(location);
    }
  }
}
