package dev.sluice.runner.loop;

import dev.sluice.operators.io.Daemons;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The threads that read splits. Worker 0 is the caller's own thread, so that a small batch wakes
 * nobody.
 */
public final class Workers implements AutoCloseable {
  private final int count;
  private final ExecutorService others;

  /** Work of one worker. */
  @FunctionalInterface
  public interface Work {
    void run(int worker) throws Exception;
  }

  public Workers(int count) {
    this.count = count;
    this.others = Executors.newFixedThreadPool(Math.max(1, count - 1), Daemons.factory("reader"));
  }

  public int count() {
    return count;
  }

  /**
   * Runs the work in {@code wanted} workers and waits for all; throws the first failure, after all
   * have ended.
   */
  public void run(int wanted, Work work) throws Exception {
    int used = Math.max(1, Math.min(wanted, count));
    List<Future<?>> started = new ArrayList<>(used - 1);
    for (int i = 1; i < used; i++) {
      int worker = i;
      started.add(
          others.submit(
              () -> {
                work.run(worker);
                return null;
              }));
    }
    Throwable failure = null;
    try {
      work.run(0);
    } catch (Throwable e) {
      failure = e;
    }
    for (Future<?> future : started) {
      try {
        future.get();
      } catch (ExecutionException e) {
        if (failure == null && e.getCause() != null) {
          failure = e.getCause();
        }
      } catch (InterruptedException e) {
        // The batch is given up by force: the others go the same way.
        started.forEach(other -> other.cancel(true));
        throw e;
      }
    }
    if (failure instanceof Error error) {
      throw error;
    } else if (failure instanceof Exception exception) {
      throw exception;
    }
  }

  @Override
  public void close() {
    others.shutdownNow();
  }
}
