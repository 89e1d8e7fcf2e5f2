package dev.sluice.runner.loop;

import dev.sluice.operators.io.Daemons;
import dev.sluice.runner.checkpoint.CheckpointLog;
import dev.sluice.runner.checkpoint.CommitEntry;
import dev.sluice.runner.checkpoint.OffsetEntry;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes the checkpoint's log, entry after entry: at once, or beside the batch that goes on in the
 * meantime. The loop waits for an entry where its being durable counts, which is before anything of
 * a batch becomes visible; a batch whose commit entry was not written in time for a crash is run
 * again, or its plan is taken back and its rows come in a batch that goes further.
 *
 * <p>Beside batches, plans and commit entries are written by a thread each, so that a disk is asked
 * to sync both at once. {@code offsets/N} may then be durable before {@code commits/N-1}, but not
 * before {@code commits/N-2}, and {@code commits/N} comes after it. It is not asked for before
 * batch N-1 is in the sinks, so that it says what the missing entry would say.
 */
final class LogWriter implements AutoCloseable {
  /** How long a disk that is stuck may keep a run from ending. */
  private static final long PATIENCE_SECONDS = 5;

  private final CheckpointLog log;
  private final @Nullable Lane plans;
  private final @Nullable Lane commits;
  // Done once the commit entries before the last one that was asked for are durable.
  private @Nullable Future<?> earlierCommits;
  private volatile long planned;
  private volatile long committed = -1;

  /** An entry, or several. */
  interface Step {
    void run() throws IOException;
  }

  /** Entries of one kind, in their order. */
  private static final class Lane {
    private final ExecutorService thread;
    private @Nullable Future<?> last;

    Lane(String name) {
      this.thread = Executors.newSingleThreadExecutor(Daemons.factory(name));
    }

    /** Runs it after what was given before, and what else it needs; not if one of them failed. */
    void run(@Nullable Future<?> needed, Step step) {
      Future<?> before = last;
      last =
          thread.submit(
              () -> {
                if (before != null) {
                  before.get();
                }
                if (needed != null) {
                  needed.get();
                }
                step.run();
                return null;
              });
    }

    boolean isDone() {
      Future<?> asked = last;
      return asked == null || asked.isDone();
    }

    void await() throws IOException, InterruptedException {
      Future<?> asked = last;
      if (asked != null) {
        try {
          asked.get();
        } catch (ExecutionException e) {
          rethrow(e);
        }
      }
    }

    /** False if it takes longer. */
    boolean await(long deadlineNanos) throws IOException, InterruptedException {
      Future<?> asked = last;
      if (asked != null) {
        try {
          asked.get(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
          return false;
        } catch (ExecutionException e) {
          rethrow(e);
        }
      }
      return true;
    }

    void close() {
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

  LogWriter(CheckpointLog log, boolean beside) {
    this.log = log;
    this.planned = log.latestPlannedId().orElse(-1L);
    this.plans = beside ? new Lane("log") : null;
    this.commits = beside ? new Lane("log-commits") : null;
  }

  /** Fixes a batch; it is fixed for good once {@link #awaitPlan} of it returned. */
  void plan(OffsetEntry entry) throws IOException {
    run(
        plans,
        earlierCommits,
        () -> {
          log.plan(entry);
          planned = entry.batchId();
        });
  }

  /** As {@link CheckpointLog#withdraw}, before anything is written here. */
  void withdraw(long batchId) throws IOException {
    log.withdraw(batchId);
    planned = batchId - 1;
  }

  /** The last batch whose plan is durable; -1 if there is none. */
  long planned() {
    return planned;
  }

  /** Of the batch planned last; written after its plan. */
  void commit(CommitEntry entry) throws IOException {
    earlierCommits = commits == null ? null : commits.last;
    run(
        commits,
        plans == null ? null : plans.last,
        () -> {
          log.commit(entry);
          committed = entry.batchId();
        });
  }

  /** The last batch whose commit entry is durable, of those given to {@link #commit}; or -1. */
  long committed() {
    return committed;
  }

  /** As {@link CheckpointLog#purgePlansBefore}, and the same of commit entries. */
  void purgeBefore(long batchId, Consumer<String> remover) throws IOException {
    run(plans, null, () -> log.purgePlansBefore(batchId, remover));
    run(commits, null, () -> log.purgeCommitsBefore(batchId, remover));
  }

  /** Does what comes next in the log, for a caller that gives whole batches and nothing else. */
  void run(Step step) throws IOException {
    run(plans, null, step);
  }

  private static void run(@Nullable Lane lane, @Nullable Future<?> needed, Step step)
      throws IOException {
    if (lane == null) {
      step.run();
    } else {
      lane.run(needed, step);
    }
  }

  /** True if nothing is under way; throws what made an entry fail. */
  boolean isDone() throws IOException, InterruptedException {
    if (plans == null || commits == null) {
      return true;
    }
    boolean done = true;
    for (Lane lane : new Lane[] {plans, commits}) {
      if (lane.isDone()) {
        lane.await();
      } else {
        done = false;
      }
    }
    return done;
  }

  /** Waits until all plans are durable; throws what made an entry fail, of either kind. */
  void awaitPlan() throws IOException, InterruptedException {
    if (plans != null) {
      plans.await();
      isDone();
    }
  }

  /** Waits until all entries are durable; throws what made one fail. */
  void await() throws IOException, InterruptedException {
    if (plans != null && commits != null) {
      plans.await();
      commits.await();
    }
  }

  /** As {@link #await()}, but at most so long. */
  void await(long millis) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    if (plans != null && commits != null && plans.await(deadline)) {
      commits.await(deadline);
    }
  }

  private static void rethrow(ExecutionException e) throws IOException {
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

  /** Waits for what is under way. */
  @Override
  public void close() {
    if (plans != null && commits != null) {
      plans.close();
      commits.close();
    }
  }
}
