package dev.sluice.operators.operator;

import dev.sluice.operators.io.Daemons;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Runs one task a worker, at once; threads are made when first needed. */
final class Workers implements AutoCloseable {
  private final int count;
  private @Nullable ExecutorService threads;

  /** A piece of work that may fail as the work of a loop may. */
  @FunctionalInterface
  interface Task {
    void run(int worker) throws Exception;
  }

  Workers(int count) {
    this.count = count;
  }

  int count() {
    return count;
  }

  /** In this thread, one after the other: for little work. */
  void runInTurn(Task task) {
    for (int worker = 0; worker < count; worker++) {
      call(task, worker);
    }
  }

  /**
   * At once; returns when all have ended. Throws the first failure in the order of workers, but
   * rather an error than an exception.
   */
  void run(Task task) {
    if (count == 1) {
      call(task, 0);
      return;
    }
    if (threads == null) {
      threads = Executors.newFixedThreadPool(count, Daemons.factory("operators"));
    }
    List<Future<?>> running = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int worker = i;
      running.add(threads.submit(() -> call(task, worker)));
    }
    Throwable failure = null;
    boolean interrupted = false;
    for (Future<?> one : running) {
      while (true) {
        try {
          one.get();
          break;
        } catch (InterruptedException e) {
          // The others must have ended before the caller goes on, whatever happens to it.
          interrupted = true;
        } catch (ExecutionException e) {
          if (failure == null || e.getCause() instanceof Error && !(failure instanceof Error)) {
            failure = e.getCause();
          }
          break;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (failure instanceof Error error) {
      throw error;
    } else if (failure instanceof RuntimeException exception) {
      throw exception;
    }
  }

  private static void call(Task task, int worker) {
    try {
      task.run(worker);
    } catch (RuntimeException e) {
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    if (threads != null) {
      threads.shutdownNow();
    }
  }
}
