package dev.sluice.runner.loop;

import dev.sluice.operators.io.Daemons;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The threads that read splits. Worker 0 is the caller's own thread, so that a small batch wakes
 * nobody.
 */
public final class Workers implements AutoCloseable {
  /** How long the others have to notice that one has failed, before they are interrupted. */
  private static final long NOTICE_MILLIS = 500;

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
   * have ended. What waits for something then, such as a server that is away, is interrupted.
   */
  public void run(int wanted, Work work) throws Exception {
    int used = Math.max(1, Math.min(wanted, count));
    if (used == 1) {
      work.run(0);
      return;
    }
    Round round = new Round(used);
    for (int i = 1; i < used; i++) {
      int worker = i;
      others.execute(() -> round.run(worker, work));
    }
    round.run(0, work);
    round.await();
  }

  /** Work that is under way. */
  private static final class Round {
    private final @Nullable Thread[] threads;
    private int running;
    private boolean interrupted;
    private @Nullable Throwable failure;

    Round(int workers) {
      this.threads = new @Nullable Thread[workers];
      this.running = workers;
    }

    void run(int worker, Work work) {
      Throwable failed = null;
      if (begin(worker)) {
        try {
          work.run(worker);
        } catch (Throwable e) {
          failed = e;
        }
      }
      end(worker, failed);
    }

    private synchronized boolean begin(int worker) {
      threads[worker] = Thread.currentThread();
      return !interrupted;
    }

    private synchronized void end(int worker, @Nullable Throwable failed) {
      threads[worker] = null;
      running--;
      notifyAll();
      if (interrupted) {
        // It was for the work.
        Thread.interrupted();
      } else if (failed != null && failure == null) {
        failure = failed;
        awaitOthers();
      }
    }

    private void awaitOthers() {
      long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(NOTICE_MILLIS);
      try {
        for (long left = NOTICE_MILLIS; running > 0 && left > 0; ) {
          wait(left);
          left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      interrupt();
    }

    private void interrupt() {
      interrupted = true;
      for (Thread thread : threads) {
        // Those that have ended, or not begun, are not there.
        if (thread != null) {
          thread.interrupt();
        }
      }
    }

    /** For worker 0, when its own work is done. */
    synchronized void await() throws Exception {
      while (running > 0) {
        try {
          wait();
        } catch (InterruptedException e) {
          // The batch is given up by force: the others go the same way.
          interrupt();
          throw e;
        }
      }
      if (failure instanceof Error error) {
        throw error;
      } else if (failure instanceof Exception exception) {
        throw exception;
      }
    }
  }

  @Override
  public void close() {
    others.shutdownNow();
  }
}
