package dev.sluice.runner.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.operators.diagnostics.CheckpointException;
import dev.sluice.operators.io.Checksums;
import dev.sluice.operators.io.FileStatus;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.io.IoReasons;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.HashSet;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * A folder with one small text file for each batch, named by its number, as Spark's logs are. The
 * folder is listed once; from then on this process is the only writer. Not thread-safe.
 */
final class MetadataLog {
  private final FileStore files;
  private final String folder;
  private final NavigableSet<Long> ids = new TreeSet<>();
  private final Set<Long> checksums = new HashSet<>();

  MetadataLog(FileStore files, String folder) throws IOException {
    this.files = files;
    this.folder = folder;
    for (FileStatus file : files.list(folder)) {
      if (!file.directory() && isNumber(file.name())) {
        ids.add(Long.parseLong(file.name()));
      } else if (file.name().startsWith(".") && file.name().endsWith(".crc")) {
        String id = file.name().substring(1, file.name().length() - ".crc".length());
        if (isNumber(id)) {
          checksums.add(Long.parseLong(id));
        }
      }
    }
  }

  private static boolean isNumber(String name) {
    return !name.isEmpty()
        && name.length() < 19
        && name.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  NavigableSet<Long> ids() {
    return ids;
  }

  Optional<Long> latest() {
    return ids.isEmpty() ? Optional.empty() : Optional.of(ids.last());
  }

  String location(long id) {
    return folder + "/" + id;
  }

  /** The text of an entry; empty when there is none. */
  Optional<String> read(long id) throws IOException {
    try {
      byte[] bytes = files.readAll(location(id));
      if (!Checksums.matches(files, location(id), bytes)) {
        throw CheckpointException.damaged(
            location(id), "its checksum in '" + Checksums.location(location(id)) + "' differs");
      }
      return Optional.of(new String(bytes, UTF_8));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw named("read", id, e);
    }
  }

  private IOException named(String verb, long id, IOException e) {
    return new IOException(
        "cannot " + verb + " '" + location(id) + "': " + IoReasons.of(e, location(id)), e);
  }

  /**
   * Adds an entry, durable on return. Throws {@link FileAlreadyExistsException} if another runner
   * did so first.
   */
  void add(long id, String text) throws IOException {
    try {
      Checksums.write(files, location(id), text.getBytes(UTF_8));
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (IOException e) {
      throw named("write", id, e);
    }
    ids.add(id);
    checksums.add(id);
  }

  /** Makes durable what was found. */
  void settle() throws IOException {
    if (!ids.isEmpty()) {
      files.settle(folder);
    }
  }

  void remove(long id) throws IOException {
    Checksums.forget(files, location(id));
    files.delete(location(id));
    ids.remove(id);
  }

  /** Gives up entries below an id, at most {@code most} of them, oldest first. */
  void purgeBefore(long id, int most, Consumer<String> remover) {
    for (int i = 0; i < most && !ids.isEmpty() && ids.first() < id; i++) {
      long oldest = ids.pollFirst();
      remover.accept(location(oldest));
      if (checksums.remove(oldest)) {
        remover.accept(Checksums.location(location(oldest)));
      }
    }
  }
}
