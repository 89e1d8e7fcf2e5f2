package dev.sluice.connectors.file;

import dev.sluice.connectors.SourceContext;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.io.Locations;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** {@code cleanSource}: deletes or archives files whose batch is committed. Best effort. */
final class SourceCleaner {
  private final FileStore store;
  private final @Nullable String archive;
  private long failures;

  private SourceCleaner(FileStore store, @Nullable String archive) {
    this.store = store;
    this.archive = archive;
  }

  /** Null if files stay. Fails if the archive lies where the source would find the files again. */
  static @Nullable SourceCleaner of(
      FileSourceOptions options, FileStore store, String location, SourceContext context) {
    switch (options.cleanSource()) {
      case OFF -> {
        return null;
      }
      case DELETE -> {
        return new SourceCleaner(store, null);
      }
      case ARCHIVE -> {
        String archive =
            Locations.resolve(options.sourceArchiveDir().orElseThrow(), context.baseDirectory());
        if (!context.files().of(archive).scheme().equals(store.scheme())) {
          throw new PipelineException(
              "archive-elsewhere",
              "sourceArchiveDir '"
                  + archive
                  + "' lies on another file system than '"
                  + location
                  + "'; choose a folder on the same one");
        }
        if (Globs.mayMatch(location, archive)) {
          throw new PipelineException(
              "archive-in-source",
              "sourceArchiveDir '"
                  + archive
                  + "' may match the source path '"
                  + location
                  + "', so archived files would be read again; choose a folder outside");
        }
        return new SourceCleaner(store, archive);
      }
    }
    throw new IllegalStateException("unreachable");
  }

  void clean(String file) {
    try {
      if (archive == null) {
        store.delete(file);
      } else {
        store.move(file, archive + pathOf(file));
      }
    } catch (NoSuchFileException e) {
      // A run that ended after this cleaned it already, or somebody else did.
    } catch (IOException e) {
      // As in Spark a file that cannot be cleaned stays, and is still not read again.
      failures++;
      tell(file, e);
    }
  }

  /** The first, and each time their number has doubled: one wrong right concerns every file. */
  private void tell(String file, IOException why) {
    if (Long.bitCount(failures) == 1) {
      LoggerFactory.getLogger(SourceCleaner.class)
          .warn(
              "file-not-cleaned: '{}' cannot be {}, stays, and is not read again: {}{}",
              file,
              archive == null ? "deleted" : "moved to '" + archive + "'",
              FileErrors.reason(why),
              failures == 1 ? "" : " (" + failures + " files so far)");
    }
  }

  /** How many files could not be cleaned. */
  long failures() {
    return failures;
  }

  private static String pathOf(String location) {
    if (!Locations.hasScheme(location)) {
      return location;
    }
    int path = location.indexOf('/', location.indexOf("://") + 3);
    return path < 0 ? "" : location.substring(path);
  }
}
