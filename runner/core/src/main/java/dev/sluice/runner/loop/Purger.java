package dev.sluice.runner.loop;

import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.Daemons;
import dev.sluice.operators.io.FileStore;
import dev.sluice.operators.io.IoReasons;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Removes old files beside the batches: on a busy disk a removal can take as long as a batch. A
 * crash in between leaves files that a later run lists and removes.
 */
final class Purger implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 5;

  private final FileStore files;
  private volatile @Nullable Throwable failure;
  private @Nullable ExecutorService thread;

  Purger(FileStore files) {
    this.files = files;
  }

  /** Removes a file soon. For any thread. Throws what made an earlier removal fail. */
  synchronized void remove(String location) {
    rethrow();
    if (thread == null) {
      thread = Executors.newSingleThreadExecutor(Daemons.factory("purger"));
    }
    thread.execute(() -> delete(location));
  }

  private void delete(String location) {
    if (failure != null) {
      return;
    }
    try {
      files.delete(location);
    } catch (IOException e) {
      failure =
          new PipelineException(
              "checkpoint-unwritable", "cannot remove '" + location + "': " + IoReasons.of(e), e);
    } catch (Throwable e) {
      failure = e;
    }
  }

  private void rethrow() {
    Throwable cause = failure;
    if (cause instanceof Error error) {
      throw error;
    } else if (cause instanceof RuntimeException known) {
      throw known;
    }
  }

  /** Waits for what is under way; what a stuck disk does not do in time is left to a later run. */
  @Override
  public void close() {
    ExecutorService running;
    synchronized (this) {
      running = thread;
    }
    if (running != null) {
      running.shutdown();
      try {
        if (!running.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          running.shutdownNow();
        }
      } catch (InterruptedException e) {
        running.shutdownNow();
        Thread.currentThread().interrupt();
      }
    }
    rethrow();
  }
}
