package dev.sluice.connectors.file;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.Split;
import dev.sluice.connectors.bytes.LocatedReader;
import dev.sluice.connectors.bytes.Unreadable;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.FileStatus;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.time.Rebase;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Cuts files into splits of even size: large files into regions, small files together. */
final class FileSplits {
  private static final long SMALLEST = 4L << 20;
  private static final long LARGEST = 64L << 20;

  /** What opening a file costs, in bytes that could have been read instead. */
  private static final long OPEN_COST = 64L << 10;

  /** How many splits a worker should get, so that the last one is not waited for long. */
  private static final int SPLITS_PER_WORKER = 4;

  private final FileStore store;
  private final Function<Schema, FileFormat.Reader> readers;
  private final FileColumns columns;
  private final FileListing listing;
  private final FileSourceOptions options;
  private final int parallelism;
  private final Set<String> passedOver;

  /** Made with the first files: which columns they hold is known then. */
  private FileFormat.@Nullable Reader reader;

  /** For files whose folders have come since, by what they hold. */
  private final Map<FileColumns, FileSplits> later = new HashMap<>();

  /**
   * @param readers of files that hold these columns
   */
  FileSplits(
      FileStore store,
      Function<Schema, FileFormat.Reader> readers,
      FileColumns columns,
      FileListing listing,
      FileSourceOptions options,
      int parallelism) {
    this(store, readers, columns, listing, options, parallelism, ConcurrentHashMap.newKeySet());
  }

  private FileSplits(
      FileStore store,
      Function<Schema, FileFormat.Reader> readers,
      FileColumns columns,
      FileListing listing,
      FileSourceOptions options,
      int parallelism,
      Set<String> passedOver) {
    this.store = store;
    this.readers = readers;
    this.columns = columns;
    this.listing = listing;
    this.options = options;
    this.parallelism = Math.max(1, parallelism);
    this.passedOver = passedOver;
  }

  /** Finds now, not with the first batch, that these columns cannot be read. */
  FileSplits requireReader() {
    reader();
    return this;
  }

  FileColumns columns() {
    return columns;
  }

  private synchronized FileFormat.Reader reader() {
    FileFormat.Reader made = reader;
    if (made == null) {
      made = readers.apply(columns.data());
      reader = made;
    }
    return made;
  }

  /**
   * The bytes {@code start} to {@code end} of a file; {@code end} is that of the file at least
   * once.
   */
  record Region(FileStatus file, long start, long end) {}

  /** A file of the log, as it is now; of length -1 if it is gone. */
  FileStatus look(String location, long timestamp) {
    try {
      return store.status(location).orElseGet(() -> new FileStatus(location, -1, timestamp, false));
    } catch (IOException e) {
      throw FileErrors.unreadable(location, e);
    }
  }

  List<Split> of(List<FileStatus> files) {
    List<Split> splits = new ArrayList<>();
    byColumns(files)
        .forEach(
            (held, some) ->
                splits.addAll(held.equals(columns) ? cut(some) : later(held).cut(some)));
    return splits;
  }

  /** What a file holds goes by its own folders: not by what else comes with it. */
  private Map<FileColumns, List<FileStatus>> byColumns(List<FileStatus> files) {
    Map<FileColumns, List<FileStatus>> groups = new LinkedHashMap<>();
    String lastFolder = "";
    List<FileStatus> group = new ArrayList<>();
    for (FileStatus file : files) {
      String folder = file.location().substring(0, file.location().lastIndexOf('/') + 1);
      if (!folder.equals(lastFolder)) {
        lastFolder = folder;
        group = groups.computeIfAbsent(columns.of(file, listing), held -> new ArrayList<>());
      }
      group.add(file);
    }
    return groups;
  }

  private FileSplits later(FileColumns held) {
    return later.computeIfAbsent(
        held, h -> new FileSplits(store, readers, h, listing, options, parallelism, passedOver));
  }

  private List<Split> cut(List<FileStatus> files) {
    FileFormat.Reader reader = reader();
    long total = 0;
    for (FileStatus file : files) {
      total += Math.max(0, file.length()) + OPEN_COST;
    }
    long target =
        Math.min(LARGEST, Math.max(SMALLEST, total / ((long) parallelism * SPLITS_PER_WORKER)));
    List<Split> splits = new ArrayList<>();
    List<Region> packed = new ArrayList<>();
    long weight = 0;
    for (FileStatus file : files) {
      long start = 0;
      if (file.length() > target + target / 2 && reader.splittable(file.name())) {
        if (!packed.isEmpty()) {
          splits.add(split(packed));
          packed = new ArrayList<>();
          weight = 0;
        }
        while (file.length() - start > target + target / 2) {
          splits.add(split(List.of(new Region(file, start, start + target))));
          start += target;
        }
      }
      packed.add(new Region(file, start, file.length()));
      weight += Math.max(0, file.length() - start) + OPEN_COST;
      if (weight >= target) {
        splits.add(split(packed));
        packed = new ArrayList<>();
        weight = 0;
      }
    }
    if (!packed.isEmpty()) {
      splits.add(split(packed));
    }
    return splits;
  }

  private Split split(List<Region> regions) {
    List<Region> own = List.copyOf(regions);
    return new Split() {
      @Override
      public BatchReader open(ScanRequest request) {
        return new RegionsReader(own.iterator(), Projection.of(request, columns), FileSplits.this);
      }

      @Override
      public Optional<String> place(ScanRequest request, long row) throws IOException {
        return FileSplits.this.place(own, Projection.of(request, columns).inner(), row);
      }
    };
  }

  /** Reads again up to the row, and then line by line. */
  private Optional<String> place(List<Region> regions, ScanRequest request, long row)
      throws IOException {
    long left = row;
    for (Region region : regions) {
      long start = region.start;
      long before = 0;
      try (BatchReader reader = open(region, request)) {
        for (Batch batch = next(reader); batch != null; batch = next(reader)) {
          boolean cut = before > 0 && reader().splittable(region.file.name());
          if (left < batch.rows()) {
            return Optional.of(
                reader instanceof LocatedReader located
                    ? line(
                        region,
                        request,
                        cut ? located.firstOffset() : start,
                        cut ? left : before + left)
                    : region.file.location() + ", row " + (before + left + 1) + part(region));
          }
          left -= batch.rows();
          before += batch.rows();
        }
      }
    }
    return Optional.empty();
  }

  private static @Nullable Batch next(@Nullable BatchReader reader) throws IOException {
    return reader == null ? null : reader.next();
  }

  private static String part(Region region) {
    return region.start == 0 ? "" : " of those from byte " + region.start;
  }

  /** The line of a row, counted from the record at {@code start}. */
  private String line(Region region, ScanRequest request, long start, long row) throws IOException {
    ScanRequest single = new ScanRequest(request.schema(), request.filters(), 1);
    String location = region.file.location();
    try (BatchReader reader = open(new Region(region.file, start, region.end), single)) {
      long left = row;
      for (Batch batch = next(reader); batch != null; batch = next(reader)) {
        if (left-- == 0 && reader instanceof LocatedReader located) {
          return located.place(located.firstOffset());
        }
      }
    }
    return location;
  }

  /** Opens one region; null if the file is passed over. Failures name the file. */
  @Nullable BatchReader open(Region region, ScanRequest request) {
    String location = region.file.location();
    try {
      if (region.file.length() < 0) {
        throw new NoSuchFileException(location);
      }
      return reader().open(region.file, store.open(region.file), region.start, region.end, request);
    } catch (IOException | RuntimeException e) {
      passOver(region.file, e);
      return null;
    }
  }

  /** Returns if the failure is one that the options allow, else throws it with the file's name. */
  void passOver(FileStatus file, Exception e) {
    // FAILFAST means a record, not the file: Spark does not count it as corruption either.
    if (e instanceof PipelineException record && record.code().startsWith("MALFORMED_RECORD")) {
      throw record;
    }
    boolean missing = Unreadable.isBecauseOf(e, NoSuchFileException.class);
    boolean passed =
        missing
            ? options.ignoreMissingFiles()
            : options.ignoreCorruptFiles()
                && !Unreadable.isBecauseOf(e, AccessDeniedException.class);
    if (passed) {
      tell(file.location(), missing ? "it is gone" : FileErrors.reason(e));
      return;
    }
    if (e instanceof PipelineException pipeline) {
      throw pipeline;
    }
    if (Unreadable.isBecauseOf(e, Rebase.AmbiguousTime.class)) {
      // The file is whole: nothing is to be repaired.
      throw new PipelineException(
          "INCONSISTENT_BEHAVIOR_CROSS_VERSION.READ_ANCIENT_DATETIME",
          "cannot read '" + file.location() + "': " + FileErrors.reason(e),
          e);
    }
    if (e instanceof IOException || isAboutData((RuntimeException) e)) {
      throw FileErrors.unreadable(file.location(), e);
    }
    throw (RuntimeException) e;
  }

  /** Once a file, however many pieces it is read in. */
  private void tell(String location, String why) {
    if (passedOver.add(location)) {
      LoggerFactory.getLogger(FileSplits.class)
          .warn("file-passed-over: '{}' is passed over, as the options say: {}", location, why);
    }
  }

  /** How many files were passed over. */
  long passedOver() {
    return passedOver.size();
  }

  /** Libraries tell of broken files with these; anything else is a mistake of ours. */
  private static boolean isAboutData(RuntimeException e) {
    return !(e instanceof NullPointerException || e instanceof ClassCastException);
  }

  List<PartitionPaths.Part> partitionOf(FileStatus file) {
    return listing.partitionOf(file.location());
  }

  String uri(FileStatus file) {
    return store.toUri(file.location());
  }
}
