package dev.sluice.runner.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.Daemons;
import dev.sluice.operators.io.FileStatus;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.io.Uuids;
import dev.sluice.operators.json.Json;
import dev.sluice.runner.plan.CheckpointLockedException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A lock on storage that machines share and that knows nothing but create-if-absent. The lock is a
 * row of numbered files {@code sluice/lock/N}: who makes the next number holds it, and of several
 * only one can. The holder writes a new count into its file every few seconds. Who finds a file
 * whose count stands still for the length of a lease takes the next number; a holder on the same
 * machine whose process is gone, and one that let go, need not be waited for. Clocks of machines
 * are never compared.
 *
 * <p>A holder that was away for too long, stopped or cut off, finds a higher number when it looks
 * before its next step, and gives up. Between that look and the step it may be overtaken once more;
 * what then keeps it from doing harm is that every entry of the logs is made only if it is absent.
 */
final class LeaseLock implements CheckpointLock {
  private static final long RENEW_MILLIS = 4_000;
  private static final long LEASE_MILLIS = 24_000;
  private static final long LOOK_MILLIS = 500;

  /** Runs of this process that hold a lock, by the name of the holding. */
  private static final Set<String> HELD = ConcurrentHashMap.newKeySet();

  /**
   * A process, told apart from all others that may run at the same time.
   *
   * @param machine the machine since its last start, and what processes can be seen; empty if not
   *     known
   * @param started when it started, which tells it from later ones of the same number
   */
  record Process(String machine, String host, long pid, long started) {
    static final Process CURRENT = Machine.current();

    /** True if it runs; empty if that cannot be seen from here. */
    Optional<Boolean> lives() {
      if (machine.isEmpty() || !machine.equals(CURRENT.machine())) {
        return Optional.empty();
      }
      return Optional.of(
          ProcessHandle.of(pid)
              .filter(ProcessHandle::isAlive)
              .map(handle -> Machine.started(handle) == started)
              .orElse(false));
    }
  }

  private final FileStore files;
  private final String folder;
  private final long number;
  private final String holding;
  private final Process process;
  private final Clock clock;
  private final Thread renewer;
  private long count;
  private long renewedNanos;
  private boolean lost;
  private boolean closed;

  private LeaseLock(
      FileStore files, String folder, long number, String holding, Process process, Clock clock) {
    this.files = files;
    this.folder = folder;
    this.number = number;
    this.holding = holding;
    this.process = process;
    this.clock = clock;
    this.renewedNanos = clock.nanos();
    this.renewer = Daemons.thread("checkpoint-lock", this::renewForEver);
  }

  /**
   * Takes the lock, or throws {@link CheckpointLockedException} once the holder is seen to live.
   */
  static LeaseLock take(FileStore files, String root, Clock clock, Process process)
      throws IOException {
    String folder = root + "/sluice/lock";
    for (; ; ) {
      TreeMap<Long, String> numbers = numbers(files, folder);
      long last = numbers.isEmpty() ? 0 : numbers.lastKey();
      if (last > 0) {
        awaitFree(files, numbers.get(last), root, clock);
      }
      String holding = Uuids.random().toString();
      LeaseLock lock = new LeaseLock(files, folder, last + 1, holding, process, clock);
      try {
        files.write(lock.location(), lock.text(false));
      } catch (FileAlreadyExistsException e) {
        // Somebody else was quicker, and lives.
        throw locked(root, describe(read(files, lock.location())));
      }
      lock.requireExclusive();
      HELD.add(holding);
      numbers.values().forEach(lock::forget);
      lock.renewer.start();
      return lock;
    }
  }

  private static TreeMap<Long, String> numbers(FileStore files, String folder) throws IOException {
    TreeMap<Long, String> numbers = new TreeMap<>();
    for (FileStatus file : files.list(folder)) {
      if (file.name().matches("[0-9]{1,18}")) {
        numbers.put(Long.parseLong(file.name()), file.location());
      }
    }
    return numbers;
  }

  /** Storage that replaces what is there cannot keep two runs apart, nor their logs. */
  private void requireExclusive() throws IOException {
    try {
      files.write(location(), text(false));
    } catch (FileAlreadyExistsException e) {
      return;
    }
    throw new PipelineException(
        "store-not-exclusive",
        "the storage of '"
            + folder
            + "' lets a file be created that is there already (no conditional writes), so that a"
            + " checkpoint or an output there would not be safe; use a server that honours"
            + " If-None-Match");
  }

  /** Returns when the holder let go or is gone, and throws when it is seen to live. */
  private static void awaitFree(
      FileStore files, @Nullable String location, String root, Clock clock) throws IOException {
    if (location == null) {
      return;
    }
    Map<String, Object> first = read(files, location);
    if (first.isEmpty() || Boolean.TRUE.equals(first.get("released"))) {
      return;
    }
    Optional<Boolean> lives = lives(first);
    if (lives.isPresent()) {
      if (lives.get()) {
        throw locked(root, describe(first));
      }
      return;
    }
    long start = clock.nanos();
    while ((clock.nanos() - start) / 1_000_000 < LEASE_MILLIS) {
      pause(clock);
      Map<String, Object> now = read(files, location);
      if (now.isEmpty() || Boolean.TRUE.equals(now.get("released"))) {
        return;
      }
      if (!now.equals(first)) {
        throw locked(root, describe(now));
      }
    }
  }

  private static Optional<Boolean> lives(Map<String, Object> holder) {
    if (holder.get("machine") instanceof String machine
        && holder.get("pid") instanceof Long pid
        && holder.get("started") instanceof Long started
        && holder.get("holding") instanceof String holding) {
      Process process = new Process(machine, "", pid, started);
      boolean here =
          machine.equals(Process.CURRENT.machine())
              && pid == Process.CURRENT.pid()
              && started == Process.CURRENT.started();
      // Of this very process we know more: a run that ended without letting go holds nothing.
      return here ? Optional.of(HELD.contains(holding)) : process.lives();
    }
    return Optional.empty();
  }

  private static void pause(Clock clock) {
    try {
      clock.sleep(LOOK_MILLIS);
    } catch (InterruptedException e) {
      throw PipelineException.stopped("waiting for the checkpoint", e);
    }
  }

  /** What a lock file says; empty when it is gone or half written. */
  private static Map<String, Object> read(FileStore files, String location) throws IOException {
    try {
      Map<String, Object> found = new LinkedHashMap<>();
      Json.parseObject(new String(files.readAll(location), UTF_8))
          .forEach(
              (key, value) -> {
                if (value != null) {
                  found.put(key, value);
                }
              });
      return found;
    } catch (NoSuchFileException e) {
      return Map.of();
    } catch (IllegalArgumentException e) {
      // On HDFS a count is not written in one step; what is there counts by not changing.
      return Map.of("unreadable", true);
    }
  }

  private static String describe(Map<String, Object> holder) {
    return holder.get("pid") instanceof Long pid
        ? " (process " + pid + " on " + holder.get("host") + ")"
        : "";
  }

  private static CheckpointLockedException locked(String root, String holder) {
    return new CheckpointLockedException(
        "the checkpoint '"
            + root
            + "' is in use by another run"
            + holder
            + "; wait for it, stop it, or use another checkpointLocation");
  }

  private String location() {
    return folder + "/" + number;
  }

  private byte[] text(boolean released) {
    Map<String, Object> text = new LinkedHashMap<>();
    text.put("holding", holding);
    text.put("host", process.host());
    text.put("machine", process.machine());
    text.put("pid", process.pid());
    text.put("started", process.started());
    text.put("count", count);
    text.put("released", released);
    return Json.write(text).getBytes(UTF_8);
  }

  private void forget(String location) {
    try {
      files.delete(location);
    } catch (IOException e) {
      // A lower number counts for nothing.
    }
  }

  /** Never interrupted: a client in the middle of a request would let its connection go. */
  private synchronized void renewForEver() {
    try {
      for (wait(RENEW_MILLIS); !closed && !lost; wait(RENEW_MILLIS)) {
        try {
          renew();
        } catch (IOException | RuntimeException e) {
          // Storage that cannot be reached keeps others off as well; the next step looks again.
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Looks whether a higher number is there, and if not says that this run lives. */
  private void renew() throws IOException {
    long asked = clock.nanos();
    if (!numbers(files, folder).tailMap(number, false).isEmpty()) {
      lost = true;
      return;
    }
    count++;
    files.writeLoosely(location(), text(false));
    renewedNanos = asked;
  }

  @Override
  public synchronized void requireHeld() throws IOException {
    if (!lost && (clock.nanos() - renewedNanos) / 1_000_000 >= LEASE_MILLIS / 2) {
      renew();
    }
    if (lost) {
      throw new CheckpointLockedException(
          "another run has taken the checkpoint that '"
              + location()
              + "' locked, because this one did not show up for "
              + LEASE_MILLIS / 1000
              + " s; let only one run use a checkpoint");
    }
  }

  /** What the next run looks for: it need not wait. */
  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
    HELD.remove(holding);
    if (!lost) {
      try {
        files.writeLoosely(location(), text(true));
      } catch (IOException e) {
        // The next run waits for the lease.
      }
    }
  }

  /** Where lock files lie, for tests. */
  static List<String> locations(FileStore files, String root) throws IOException {
    return List.copyOf(numbers(files, root + "/sluice/lock").values());
  }
}
