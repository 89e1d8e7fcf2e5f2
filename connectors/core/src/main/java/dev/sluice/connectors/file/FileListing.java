package dev.sluice.connectors.file;

import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.FileStatus;
import dev.sluice.operators.io.FileStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What lies under the source's path right now: a file, a folder or a pattern, by Spark's rules.
 * Folders {@code column=value} are entered, other folders only if such folders exist as well, or
 * with {@code recursiveFileLookup}. Where a file sink left its log, only what that lists counts.
 */
final class FileListing {
  private final FileStore store;
  private final String location;
  private final boolean glob;
  private final boolean recursive;
  private final @Nullable Pattern nameFilter;
  private final ModifiedTimes times;
  private final @Nullable String basePath;
  private final SinkOutput output;
  private @Nullable Boolean sinkOutput;

  /** That the path was a folder when it was last looked at: then listing it says all. */
  private boolean folder;

  FileListing(
      FileStore store,
      String location,
      boolean recursive,
      @Nullable String nameGlob,
      ModifiedTimes times,
      @Nullable String basePath,
      Clock clock) {
    this.store = store;
    this.location = location;
    this.glob = Globs.isGlob(location);
    this.recursive = recursive;
    this.nameFilter = nameGlob == null ? null : Globs.compile(nameGlob);
    this.times = times;
    this.basePath = basePath;
    this.output = new SinkOutput(store, location, clock);
  }

  /** Fails if nothing is there, unless the path is a pattern, which may match later. */
  void requirePath() {
    if (glob) {
      return;
    }
    try {
      // A literal name may hold characters of patterns; status asks for it as it is.
      if (store.status(location).isPresent()) {
        return;
      }
    } catch (IOException e) {
      throw new PipelineException(
          "path-unreadable", "cannot look at '" + location + "': " + FileErrors.reason(e), e);
    }
    throw new PipelineException(
        "PATH_NOT_FOUND",
        "the path '"
            + location
            + "' does not exist; create the folder, or correct 'path' (relative paths start at the"
            + " folder of the pipeline file)");
  }

  /**
   * True if the path is the output folder of a file sink. Known for certain once files are seen.
   */
  boolean isSinkOutput() {
    return Boolean.TRUE.equals(sinkOutput);
  }

  /** All data files there are, in no particular order. */
  List<FileStatus> list() {
    try {
      if (sinkOutput == null && !glob && output.exists()) {
        sinkOutput = true;
      }
      if (isSinkOutput()) {
        return output.files().stream().filter(this::accepts).toList();
      }
      List<FileStatus> files = walk();
      if (sinkOutput == null && !files.isEmpty()) {
        // The log may have come between; files of the same sink must not count by themselves.
        sinkOutput = !glob && output.exists();
        if (isSinkOutput()) {
          return output.files().stream().filter(this::accepts).toList();
        }
      }
      return files;
    } catch (IOException e) {
      throw new PipelineException(
          "path-unreadable", "cannot list '" + location + "': " + FileErrors.reason(e), e);
    }
  }

  private List<FileStatus> walk() throws IOException {
    List<FileStatus> roots;
    if (glob) {
      roots = Globs.expand(store, location).stream().filter(FileListing::isNoLog).toList();
    } else {
      List<FileStatus> known = folder ? walk(List.of(FileStatus.folder(location))) : List.of();
      if (!known.isEmpty()) {
        return known;
      }
      Optional<FileStatus> root = store.status(location);
      boolean still = folder;
      folder = root.isPresent() && root.get().directory();
      if (still && folder) {
        // It was there, and empty, a moment ago.
        return known;
      }
      roots = root.isPresent() ? List.of(root.get()) : List.of();
    }
    return walk(roots);
  }

  private List<FileStatus> walk(List<FileStatus> roots) throws IOException {
    List<FileStatus> direct = new ArrayList<>();
    List<FileStatus> deeper = new ArrayList<>();
    boolean partitioned = false;
    for (FileStatus root : roots) {
      if (root.directory()) {
        partitioned |= walkFolder(root.location(), baseOf(root.location()), direct, deeper, true);
      } else if (accepts(root)) {
        direct.add(root);
      }
    }
    if (partitioned || recursive) {
      direct.addAll(deeper);
    }
    return direct;
  }

  /** True if a file lies in a partition folder. */
  private boolean walkFolder(
      String folder, String base, List<FileStatus> direct, List<FileStatus> deeper, boolean top)
      throws IOException {
    boolean partitioned = false;
    boolean inPartition =
        !recursive && folder.startsWith(base) && !PartitionPaths.parse(folder, base).isEmpty();
    for (FileStatus child : store.list(folder)) {
      String name = child.name();
      if (child.directory()) {
        if (!isHidden(name)) {
          partitioned |= walkFolder(child.location(), base, direct, deeper, false);
        }
      } else if (accepts(child)) {
        (top ? direct : deeper).add(child);
        partitioned |= inPartition;
      }
    }
    return partitioned;
  }

  /** A pattern such as {@code out/*} means the files of a sink, not its log. */
  private static boolean isNoLog(FileStatus root) {
    return !(root.location() + "/").contains("/" + SinkLogEntry.DIRECTORY + "/");
  }

  private String baseOf(String root) {
    return basePath == null ? root : basePath;
  }

  /** The partition folders above a file, outermost first. */
  List<PartitionPaths.Part> partitionOf(String file) {
    if (recursive || glob && basePath == null) {
      return List.of();
    }
    String base = baseOf(location);
    String folder = file.substring(0, Math.max(0, file.lastIndexOf('/')));
    return folder.equals(base) || folder.startsWith(base + "/")
        ? PartitionPaths.parse(folder, base)
        : List.of();
  }

  private boolean accepts(FileStatus file) {
    String name = file.name();
    return !isHidden(name)
        && (nameFilter == null || nameFilter.matcher(name).matches())
        && times.accept(file.modifiedMillis());
  }

  /** Names that Hadoop's tools and others use for what is not data, or not yet. */
  static boolean isHidden(String name) {
    if (name.startsWith("_common_metadata") || name.startsWith("_metadata")) {
      return false;
    }
    return name.startsWith("_") && name.indexOf('=') < 0
        || name.startsWith(".")
        || name.endsWith("._COPYING_");
  }
}
