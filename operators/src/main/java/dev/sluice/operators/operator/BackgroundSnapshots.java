package dev.sluice.operators.operator;

import dev.sluice.operators.state.StateStore;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Snapshots that are written while batches run, one after the other. One that fails is told and
 * forgotten: it will be due again with the next batch, and until there is one, change logs stay.
 * All methods may be called by any thread.
 */
final class BackgroundSnapshots {
  /** How long the end of a run waits for what is being written. */
  private static final long PATIENCE_SECONDS = 60;

  /** How long it takes at most to stop what is being written, unless a disk is stuck. */
  private static final long STOP_SECONDS = 10;

  private final long room;
  private long taken;
  private @Nullable ExecutorService thread;
  private final List<String> warnings = new ArrayList<>();
  private volatile boolean stopped;

  /** One that has been begun. */
  static final class Ticket {
    private volatile boolean done;

    boolean isDone() {
      return done;
    }
  }

  /**
   * @param room how many bytes of copies there may be in the heap at once
   */
  BackgroundSnapshots(long room) {
    this.room = room;
  }

  /** True if there is room for a copy of so many bytes. */
  synchronized boolean hasRoom(long bytes) {
    return taken + bytes <= room;
  }

  /**
   * Writes a snapshot soon.
   *
   * @param copied bytes of its copy in the heap
   * @param name of what it is a snapshot of, for people
   * @param after called when it has been written, or has failed
   */
  synchronized Ticket write(
      StateStore.Snapshot snapshot, long copied, String name, Runnable after) {
    if (thread == null) {
      thread =
          Executors.newSingleThreadExecutor(
              task -> {
                Thread fresh = new Thread(task, "sluice-snapshots");
                fresh.setDaemon(true);
                return fresh;
              });
    }
    taken += copied;
    Ticket ticket = new Ticket();
    thread.execute(
        () -> {
          try {
            write(snapshot, name);
          } finally {
            after.run();
            release(copied);
            ticket.done = true;
          }
        });
    return ticket;
  }

  private void write(StateStore.Snapshot snapshot, String name) {
    try {
      if (!stopped) {
        snapshot.write(() -> stopped);
      }
    } catch (CancellationException e) {
      // The run ends; the logs have all of it.
    } catch (Exception e) {
      warn(name, e);
    }
  }

  private synchronized void warn(String name, Exception failure) {
    Throwable cause =
        failure instanceof UncheckedIOException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    String reason = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    warnings.add(
        "state-snapshot-failed: a snapshot of the state of "
            + name
            + " could not be written, and is tried again: "
            + reason);
  }

  private synchronized void release(long copied) {
    taken -= copied;
  }

  /** What has failed since the last call, for people. */
  synchronized List<String> takeWarnings() {
    List<String> told = List.copyOf(warnings);
    warnings.clear();
    return told;
  }

  /** Waits until nothing is being written, because the state is going to be read again. */
  void await() {
    end(false);
  }

  /**
   * Waits for what is being written, though not for ever: what would take too long is stopped, and
   * leaves nothing behind. False if even that did not help, so that state may still be in use.
   */
  boolean close() {
    return end(true);
  }

  private boolean end(boolean lastly) {
    ExecutorService running;
    synchronized (this) {
      running = thread;
      thread = null;
    }
    if (running == null) {
      return true;
    }
    running.shutdown();
    try {
      if (running.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        return true;
      }
      stopped = true;
      boolean ended = running.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
      stopped = lastly || !ended;
      return ended;
    } catch (InterruptedException e) {
      stopped = true;
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
