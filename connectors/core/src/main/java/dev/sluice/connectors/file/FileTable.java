package dev.sluice.connectors.file;

import dev.sluice.connectors.FileFormat;
import dev.sluice.connectors.SourceContext;
import dev.sluice.connectors.Split;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.FileInput;
import dev.sluice.operators.io.FileStatus;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.io.FileStores;
import dev.sluice.operators.io.Locations;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The files of one format that lie under a path now: what a file source starts from, and by itself
 * a table that is read once.
 */
public final class FileTable {
  private final String location;
  private final FileStore store;
  private final FileListing listing;
  private final List<FileStatus> files;
  private final FileColumns columns;
  private final Function<Schema, FileFormat.Reader> readers;

  private FileTable(
      String location,
      FileStore store,
      FileListing listing,
      List<FileStatus> files,
      FileColumns columns,
      Function<Schema, FileFormat.Reader> readers) {
    this.location = location;
    this.store = store;
    this.listing = listing;
    this.files = files;
    this.columns = columns;
    this.readers = readers;
  }

  /**
   * Lists the files and finds their columns.
   *
   * @param given the options of the source of that format
   * @param declared the columns in the files, or empty to look into them
   * @param context where relative paths start, and the stores; the log is not touched
   */
  public static FileTable open(
      FileFormat format, Options given, Optional<Schema> declared, SourceContext context) {
    Options options = resolved(format, given, context.files(), context.baseDirectory());
    String location = Locations.resolve(options.text("path"), context.baseDirectory());
    FileStore store = context.files().of(location);
    FileListing listing =
        new FileListing(
            store,
            location,
            options.flag("recursiveFileLookup"),
            options.find("pathGlobFilter").orElse(null),
            ModifiedTimes.of(options, context.session().timeZone()),
            options
                .find("basePath")
                .map(base -> Locations.resolve(base, context.baseDirectory()))
                .orElse(null),
            context.clock());
    listing.requirePath();
    List<FileStatus> files = listing.list();
    Schema data =
        declared
            .or(() -> format.fixedSchema(options))
            .orElseGet(() -> inferred(format, options, files, context, location));
    FileColumns columns = FileColumns.find(data, files, listing, context.session().timeZone());
    return new FileTable(
        location,
        store,
        listing,
        files,
        columns,
        held -> format.reader(held, options, context.session()));
  }

  static Options resolved(
      FileFormat format, Options options, FileStores stores, String baseDirectory) {
    try {
      return format.resolved(options, stores, baseDirectory);
    } catch (IOException e) {
      throw new PipelineException("option-unreadable", FileErrors.reason(e), e);
    }
  }

  private static Schema inferred(
      FileFormat format,
      Options options,
      List<FileStatus> files,
      SourceContext context,
      String location) {
    try {
      return DistinctNames.require(
          format.inferSchema(files, options, context.files(), context.session()));
    } catch (IOException e) {
      throw new SchemaUnknownException(
          "cannot find the schema of '" + location + "': " + FileErrors.reason(e), e);
    }
  }

  String location() {
    return location;
  }

  FileListing listing() {
    return listing;
  }

  FileSplits splitting(FileSourceOptions options, int parallelism) {
    FileSplits splits = new FileSplits(store, readers, columns, listing, options, parallelism);
    // Without files nobody knows yet which columns will be folders.
    return files.isEmpty() ? splits : splits.requireReader();
  }

  /** Opens one of the files: a listing does not tell whether they may be read. */
  void requireReadable() {
    if (files.isEmpty()) {
      return;
    }
    String one = files.get(0).location();
    try (FileInput in = store.open(one)) {
      in.read(0, new byte[1], 0, 1);
    } catch (IOException e) {
      throw FileErrors.unreadable(one, e);
    }
  }

  /** How many files there are. */
  public int size() {
    return files.size();
  }

  public Schema schema() {
    return columns.schema();
  }

  /** As those of {@link dev.sluice.connectors.Source}. */
  public Schema hiddenColumns() {
    return FileColumns.HIDDEN;
  }

  /** The rows of all files, in the order of their names, cut for so many workers. */
  public List<Split> splits(Options options, int parallelism) {
    List<FileStatus> ordered =
        files.stream().sorted(Comparator.comparing(FileStatus::location)).toList();
    return splitting(FileSourceOptions.of(options), parallelism).of(ordered);
  }
}
