package dev.sluice.operators.testing;

import dev.sluice.operators.io.FileInput;
import dev.sluice.operators.io.FileOutput;
import dev.sluice.operators.io.FileStatus;
import dev.sluice.operators.io.FileStore;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.NullMarked;

/**
 * Another store, of which one changing operation (a commit, a removal, a move) fails or is the
 * last: after a crash nothing works any more, so that no clean-up of the process under test takes
 * effect. Thread-safe.
 */
@NullMarked
public final class FaultyFileStore implements FileStore {
  /** What happens at the chosen operation. */
  public enum Fault {
    NONE,
    /** The process dies before it takes effect. */
    CRASH_BEFORE,
    /** It takes effect, and the process dies before it learns so. */
    CRASH_AFTER,
    /** It fails, and everything else goes on. */
    DISK_FULL
  }

  /** The end of the process under test. */
  public static final class Crash extends Error {
    public Crash() {
      super("crash", null, false, false);
    }
  }

  private final FileStore store;
  private final Fault fault;
  private final long at;
  private long operations;
  private boolean dead;

  /** The operation number {@code at}, counted from 1, has the fault. */
  public FaultyFileStore(FileStore store, Fault fault, long at) {
    this.store = store;
    this.fault = fault;
    this.at = at;
  }

  /** How many changing operations there were. */
  public synchronized long operations() {
    return operations;
  }

  /** True if the fault has come. */
  public synchronized boolean reached() {
    return fault != Fault.NONE && operations >= at;
  }

  /** The process dies now. */
  public Crash crash() {
    synchronized (this) {
      dead = true;
    }
    return new Crash();
  }

  @FunctionalInterface
  private interface Change {
    void run() throws IOException;
  }

  private synchronized void change(String location, Change change) throws IOException {
    live();
    operations++;
    if (operations == at) {
      if (fault == Fault.DISK_FULL) {
        throw new IOException(location + ": No space left on device");
      }
      if (fault == Fault.CRASH_BEFORE) {
        throw crash();
      }
    }
    change.run();
    if (operations == at && fault == Fault.CRASH_AFTER) {
      throw crash();
    }
  }

  private synchronized void live() {
    if (dead) {
      throw new Crash();
    }
  }

  @Override
  public String scheme() {
    return store.scheme();
  }

  @Override
  public List<FileStatus> list(String directory) throws IOException {
    live();
    return store.list(directory);
  }

  @Override
  public Optional<FileStatus> status(String location) throws IOException {
    live();
    return store.status(location);
  }

  @Override
  public FileInput open(String location) throws IOException {
    live();
    return store.open(location);
  }

  @Override
  public FileOutput create(String location) throws IOException {
    live();
    FileOutput out = store.create(location);
    return new FileOutput() {
      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        live();
        out.write(bytes, offset, length);
      }

      @Override
      public long position() {
        return out.position();
      }

      @Override
      public void seal() throws IOException {
        live();
        out.seal();
      }

      @Override
      public void commit() throws IOException {
        change(location, out::commit);
      }

      @Override
      public void close() throws IOException {
        live();
        out.close();
      }
    };
  }

  @Override
  public void delete(String location) throws IOException {
    change(location, () -> store.delete(location));
  }

  @Override
  public void move(String from, String to) throws IOException {
    change(from, () -> store.move(from, to));
  }

  @Override
  public String toUri(String location) {
    return store.toUri(location);
  }

  @Override
  public String fromUri(String uri) {
    return store.fromUri(uri);
  }
}
