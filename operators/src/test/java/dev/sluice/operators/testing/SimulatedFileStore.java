package dev.sluice.operators.testing;

import dev.sluice.operators.io.FileInput;
import dev.sluice.operators.io.FileOutput;
import dev.sluice.operators.io.FileStatus;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.io.UriPaths;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;

/**
 * A storage in memory that keeps its promises and no more: a committed file is durable, but what
 * was not committed is gone after a power cut, and a removal that no later commit in the same
 * folder made durable may be undone. So may be a commit that was cut off ({@link #loosen}).
 * Thread-safe.
 */
@NullMarked
public class SimulatedFileStore implements FileStore {
  private record Stored(byte[] bytes, long modified) {}

  private final Map<String, Stored> files = new TreeMap<>();
  private final Map<String, Stored> removedButPerhapsNot = new TreeMap<>();
  private final Set<String> thereButPerhapsNot = new TreeSet<>();
  private long time;

  /** Power comes back: of the changes that were not made durable, chance undoes some. */
  public synchronized void powerCut(Random chance) {
    for (String location : thereButPerhapsNot) {
      if (chance.nextBoolean()) {
        files.remove(location);
      }
    }
    thereButPerhapsNot.clear();
    removedButPerhapsNot.forEach(
        (location, stored) -> {
          if (chance.nextBoolean()) {
            files.putIfAbsent(location, stored);
          }
        });
    removedButPerhapsNot.clear();
  }

  /** The commit of a file did not come to its end: it is there, but its name is not durable. */
  public synchronized void loosen(String location) {
    thereButPerhapsNot.add(location);
  }

  @Override
  public synchronized void settle(String directory) {
    removedButPerhapsNot.keySet().removeIf(location -> isIn(directory, location));
    thereButPerhapsNot.removeIf(location -> isIn(directory, location));
  }

  private static boolean isIn(String directory, String location) {
    return location.startsWith(directory + "/") && location.lastIndexOf('/') == directory.length();
  }

  /** The locations of all files, in order. */
  public synchronized List<String> locations() {
    return List.copyOf(files.keySet());
  }

  /** Replaces a file's bytes, as a failing disk does. */
  public synchronized void corrupt(String location, byte[] bytes) {
    files.put(location, new Stored(bytes.clone(), time));
  }

  /** A store with the same files. */
  public synchronized SimulatedFileStore copy() {
    SimulatedFileStore copy = new SimulatedFileStore();
    copy.files.putAll(files);
    copy.time = time;
    return copy;
  }

  @Override
  public String scheme() {
    return "sim";
  }

  @Override
  public synchronized List<FileStatus> list(String directory) {
    String prefix = directory + "/";
    List<FileStatus> found = new ArrayList<>();
    TreeSet<String> folders = new TreeSet<>();
    files.forEach(
        (location, stored) -> {
          if (location.startsWith(prefix)) {
            int slash = location.indexOf('/', prefix.length());
            if (slash < 0) {
              found.add(status(location, stored));
            } else if (folders.add(location.substring(0, slash))) {
              found.add(new FileStatus(location.substring(0, slash), 0, 0, true));
            }
          }
        });
    return found;
  }

  private static FileStatus status(String location, Stored stored) {
    return new FileStatus(location, stored.bytes().length, stored.modified(), false);
  }

  @Override
  public synchronized Optional<FileStatus> status(String location) {
    Stored stored = files.get(location);
    if (stored != null) {
      return Optional.of(status(location, stored));
    }
    return list(location).isEmpty()
        ? Optional.empty()
        : Optional.of(new FileStatus(location, 0, 0, true));
  }

  @Override
  public synchronized FileInput open(String location) throws IOException {
    Stored stored = files.get(location);
    if (stored == null) {
      throw new NoSuchFileException(location);
    }
    byte[] bytes = stored.bytes();
    return new FileInput() {
      @Override
      public long length() {
        return bytes.length;
      }

      @Override
      public int read(long position, byte[] into, int offset, int length) {
        if (position >= bytes.length) {
          return length == 0 ? 0 : -1;
        }
        int count = (int) Math.min(length, bytes.length - position);
        System.arraycopy(bytes, (int) position, into, offset, count);
        return count;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public FileOutput create(String location) {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    return new FileOutput() {
      @Override
      public void write(byte[] bytes, int offset, int length) {
        written.write(bytes, offset, length);
      }

      @Override
      public long position() {
        return written.size();
      }

      @Override
      public void commit() throws IOException {
        publish(location, written.toByteArray());
      }

      @Override
      public void close() {}
    };
  }

  private synchronized void publish(String location, byte[] bytes) throws IOException {
    if (files.containsKey(location)) {
      throw new FileAlreadyExistsException(location);
    }
    files.put(location, new Stored(bytes, ++time));
    settle(location.substring(0, location.lastIndexOf('/')));
  }

  @Override
  public synchronized void delete(String location) {
    Stored stored = files.remove(location);
    if (stored != null && !thereButPerhapsNot.remove(location)) {
      removedButPerhapsNot.put(location, stored);
    }
  }

  @Override
  public synchronized void move(String from, String to) throws IOException {
    Stored stored = files.get(from);
    if (stored == null) {
      throw new NoSuchFileException(from);
    }
    publish(to, stored.bytes());
    delete(from);
  }

  @Override
  public String toUri(String location) {
    return "sim://" + UriPaths.quote(location);
  }

  @Override
  public String fromUri(String uri) {
    return UriPaths.unquote(uri.substring("sim://".length()));
  }
}
