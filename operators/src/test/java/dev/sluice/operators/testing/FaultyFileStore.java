package dev.sluice.operators.testing;

import dev.sluice.operators.io.FileInput;
import dev.sluice.operators.io.FileOutput;
import dev.sluice.operators.io.FileStatus;
import dev.sluice.operators.io.FileStore;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * Another store, of which one changing operation (a commit, a removal, a move) fails or is the
 * last: after a crash nothing works any more, so that no clean-up of the process under test takes
 * effect. Or one of all calls fails, reading ones too. Thread-safe.
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
    /** As that, but what it did is not durable yet: a power cut may undo it. */
    CRASH_WITHIN,
    /** It fails, and everything else goes on. */
    DISK_FULL
  }

  /** How one call of all fails. */
  public enum Failure {
    NO_SPACE("No space left on device"),
    IO_ERROR("Input/output error"),
    NO_PERMISSION("Permission denied");

    private final String says;

    Failure(String says) {
      this.says = says;
    }

    /** What the system says of it. */
    public String says() {
      return says;
    }

    private IOException of(String location) {
      return this == NO_PERMISSION
          ? new AccessDeniedException(location)
          : new FileSystemException(location, null, says);
    }
  }

  /** What is asked of a store. */
  public enum Call {
    LIST,
    STATUS,
    OPEN,
    READ,
    CREATE,
    WRITE,
    /** Of a file's bytes. */
    SYNC,
    COMMIT,
    /** Of a file's name, which is there by then. */
    SYNC_NAME,
    DELETE,
    MOVE,
    MAKE_FOLDER,
    SETTLE
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
  private final @Nullable Failure failure;
  private long operations;
  private long calls;
  private @Nullable Call failed;
  private @Nullable String failedAt;
  private boolean dead;

  /** The operation number {@code at}, counted from 1, has the fault. */
  public FaultyFileStore(FileStore store, Fault fault, long at) {
    this(store, fault, null, at);
  }

  /** The call number {@code at} of all, counted from 1, fails, and everything else goes on. */
  public FaultyFileStore(FileStore store, Failure failure, long at) {
    this(store, Fault.NONE, failure, at);
  }

  private FaultyFileStore(FileStore store, Fault fault, @Nullable Failure failure, long at) {
    this.store = store;
    this.fault = fault;
    this.failure = failure;
    this.at = at;
  }

  /** How many calls of all kinds there were. */
  public synchronized long calls() {
    return calls;
  }

  /** The call that failed; null while none has. */
  public synchronized @Nullable Call failed() {
    return failed;
  }

  /** Where it did. */
  public synchronized @Nullable String failedAt() {
    return failedAt;
  }

  private synchronized void call(Call call, String location) throws IOException {
    live();
    calls++;
    if (failure != null && calls == at) {
      failed = call;
      failedAt = location;
      throw failure.of(location);
    }
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

  private synchronized void change(Call call, String location, Change change) throws IOException {
    call(call, location);
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
    if (operations == at && fault == Fault.CRASH_WITHIN && call == Call.COMMIT) {
      loosen(location);
    }
    if (operations == at && (fault == Fault.CRASH_AFTER || fault == Fault.CRASH_WITHIN)) {
      throw crash();
    }
    if (call == Call.COMMIT) {
      try {
        call(Call.SYNC_NAME, location);
      } catch (IOException e) {
        loosen(location);
        throw e;
      }
    }
  }

  /** The file is there, and may be gone after a power cut. */
  private void loosen(String location) {
    if (store instanceof SimulatedFileStore simulated) {
      simulated.loosen(location);
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
    call(Call.LIST, directory);
    return store.list(directory);
  }

  @Override
  public Optional<FileStatus> status(String location) throws IOException {
    call(Call.STATUS, location);
    return store.status(location);
  }

  @Override
  public FileInput open(String location) throws IOException {
    call(Call.OPEN, location);
    FileInput in = store.open(location);
    return new FileInput() {
      @Override
      public long length() throws IOException {
        live();
        return in.length();
      }

      @Override
      public int read(long position, byte[] into, int offset, int length) throws IOException {
        call(Call.READ, location);
        return in.read(position, into, offset, length);
      }

      @Override
      public void close() throws IOException {
        in.close();
      }
    };
  }

  @Override
  public FileOutput create(String location) throws IOException {
    call(Call.CREATE, location);
    FileOutput out = store.create(location);
    return new FileOutput() {
      private boolean sealed;

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        call(Call.WRITE, location);
        out.write(bytes, offset, length);
      }

      @Override
      public long position() {
        return out.position();
      }

      @Override
      public void seal() throws IOException {
        call(Call.SYNC, location);
        sealed = true;
        out.seal();
      }

      @Override
      public void commit() throws IOException {
        if (!sealed) {
          call(Call.SYNC, location);
        }
        change(Call.COMMIT, location, out::commit);
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
    change(Call.DELETE, location, () -> store.delete(location));
  }

  @Override
  public void move(String from, String to) throws IOException {
    change(Call.MOVE, from, () -> store.move(from, to));
  }

  @Override
  public void makeFolder(String directory) throws IOException {
    call(Call.MAKE_FOLDER, directory);
    store.makeFolder(directory);
  }

  @Override
  public void settle(String directory) throws IOException {
    call(Call.SETTLE, directory);
    store.settle(directory);
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
