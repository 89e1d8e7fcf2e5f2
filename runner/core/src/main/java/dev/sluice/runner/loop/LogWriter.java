package dev.sluice.runner.loop;

import dev.sluice.runner.checkpoint.CheckpointLog;
import dev.sluice.runner.checkpoint.CommitEntry;
import dev.sluice.runner.checkpoint.OffsetEntry;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes the checkpoint's log, entry after entry: at once, or beside the batch that goes on in the
 * meantime. The loop waits for an entry where its being durable counts, which is before anything of
 * a batch becomes visible; a batch whose commit entry was not written in time for a crash is run
 * again.
 */
final class LogWriter implements AutoCloseable {
  /** How long a disk that is stuck may keep a run from ending. */
  private static final long PATIENCE_SECONDS = 5;

  private final CheckpointLog log;
  private final @Nullable ExecutorService thread;
  private @Nullable Future<?> last;
  private volatile long committed = -1;

  /** An entry, or several. */
  interface Step {
    void run() throws IOException;
  }

  LogWriter(CheckpointLog log, boolean beside) {
    this.log = log;
    this.thread =
        beside
            ? Executors.newSingleThreadExecutor(
                task -> {
                  Thread fresh = new Thread(task, "sluice-log");
                  fresh.setDaemon(true);
                  return fresh;
                })
            : null;
  }

  /** Fixes a batch; it is fixed for good once {@link #await} returned. */
  void plan(OffsetEntry entry) throws IOException {
    run(() -> log.plan(entry));
  }

  void commit(CommitEntry entry) throws IOException {
    run(
        () -> {
          log.commit(entry);
          committed = entry.batchId();
        });
  }

  /** The last batch whose commit entry is durable, of those given to {@link #commit}; or -1. */
  long committed() {
    return committed;
  }

  /** As {@link CheckpointLog#purgeBefore}. */
  void purgeBefore(long batchId, Consumer<String> remover) throws IOException {
    run(() -> log.purgeBefore(batchId, remover));
  }

  /** Does what comes next in the log. */
  void run(Step step) throws IOException {
    if (thread == null) {
      step.run();
      return;
    }
    Future<?> before = last;
    last =
        thread.submit(
            () -> {
              // After a failure nothing more must follow it in the log.
              if (before != null) {
                before.get();
              }
              step.run();
              return null;
            });
  }

  /** True if nothing is under way; throws what made an entry fail. */
  boolean isDone() throws IOException, InterruptedException {
    Future<?> asked = last;
    if (asked == null) {
      return true;
    }
    if (!asked.isDone()) {
      return false;
    }
    await();
    return true;
  }

  /** Waits until all entries are durable; throws what made one fail. */
  void await() throws IOException, InterruptedException {
    Future<?> asked = last;
    if (asked == null) {
      return;
    }
    try {
      asked.get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      while (cause instanceof ExecutionException && cause.getCause() != null) {
        cause = cause.getCause();
      }
      if (cause instanceof IOException io) {
        throw io;
      } else if (cause instanceof RuntimeException known) {
        throw known;
      } else if (cause instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(cause);
    }
  }

  /** Waits for what is under way. */
  @Override
  public void close() {
    if (thread != null) {
      thread.shutdown();
      try {
        if (!thread.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          thread.shutdownNow();
        }
      } catch (InterruptedException e) {
        thread.shutdownNow();
        Thread.currentThread().interrupt();
      }
    }
  }
}
