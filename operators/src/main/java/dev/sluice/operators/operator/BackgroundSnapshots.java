package dev.sluice.operators.operator;

import dev.sluice.operators.io.Daemons;
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
  /** How long it takes at most to stop what is being written, unless a disk is stuck. */
  private static final long STOP_SECONDS = 10;

  private final long room;
  private long taken;
  private int pending;
  private @Nullable ExecutorService thread;
  private final List<String> warnings = new ArrayList<>();
  private volatile Run run = new Run();

  /** Snapshots of one state that was read: those of an earlier one are given up. */
  private static final class Run {
    private volatile boolean stopped;
  }

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
      thread = Executors.newSingleThreadExecutor(Daemons.factory("snapshots"));
    }
    taken += copied;
    pending++;
    Ticket ticket = new Ticket();
    Run own = run;
    thread.execute(
        () -> {
          try {
            write(snapshot, name, own);
          } finally {
            ticket.done = true;
            end(copied, after);
          }
        });
    return ticket;
  }

  private void end(long copied, Runnable after) {
    try {
      after.run();
    } finally {
      release(copied);
    }
  }

  /** Writes a snapshot at once: one for whose copy there is no room. */
  void write(StateStore.Snapshot snapshot, String name) {
    write(snapshot, name, run);
  }

  private void write(StateStore.Snapshot snapshot, String name, Run own) {
    try {
      if (!own.stopped) {
        snapshot.write(() -> own.stopped);
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
    pending--;
    notifyAll();
  }

  /** What has failed since the last call, for people. */
  synchronized List<String> takeWarnings() {
    List<String> told = List.copyOf(warnings);
    warnings.clear();
    return told;
  }

  /** Waits at most so long until nothing is being written; true if nothing is. */
  boolean await(long millis) throws InterruptedException {
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    synchronized (this) {
      while (pending > 0) {
        long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
        if (left <= 0) {
          return false;
        }
        wait(left);
      }
    }
    return true;
  }

  /**
   * Gives up what is being written, because the state is going to be read again. What does not stop
   * in time, on a disk that is stuck, stops when it goes on.
   */
  void giveUp() {
    run.stopped = true;
    try {
      await(TimeUnit.SECONDS.toMillis(STOP_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    run = new Run();
  }

  /**
   * Stops what is being written, which leaves nothing behind: the logs have all of it. False if it
   * did not stop, so that state may still be in use.
   */
  boolean close() {
    run.stopped = true;
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
      return running.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
