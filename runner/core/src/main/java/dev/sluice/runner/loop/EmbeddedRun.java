package dev.sluice.runner.loop;

import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.Daemons;
import dev.sluice.operators.io.IoReasons;
import dev.sluice.runner.plan.Run;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A loop in a thread of its own. */
final class EmbeddedRun implements Run {
  /** How long a batch that was given up may take to notice, and then to notice an interrupt. */
  private static final long PATIENCE_MILLIS = 2000;

  private final Loop loop;
  private final Resources resources;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile @Nullable Throwable failure;
  private volatile boolean left;

  private @Nullable Thread thread;

  private EmbeddedRun(Loop loop, Resources resources) {
    this.loop = loop;
    this.resources = resources;
  }

  static EmbeddedRun start(String name, Loop loop, Resources resources) {
    EmbeddedRun run = new EmbeddedRun(loop, resources);
    // Who waits for a run keeps the process alive; a run that cannot be ended must not.
    Thread thread = Daemons.thread(name, run::work);
    run.thread = thread;
    thread.start();
    return run;
  }

  private void work() {
    try {
      loop.run();
    } catch (StoppedException e) {
      // Asked for.
    } catch (OutOfMemoryError e) {
      failure = outOfMemory(e);
    } catch (StackOverflowError e) {
      failure =
          new PipelineException(
              "nested-too-deep",
              "the pipeline's steps and expressions, or a value, are nested too deep for the stack;"
                  + " put several steps into one, or raise the limit (SLUICE_JAVA_OPTS=-Xss64m)",
              e);
    } catch (Throwable e) {
      if (!loop.stopper().abandoning()) {
        failure = hasNoMemory(e) ? outOfMemory(e) : e;
      }
    } finally {
      try {
        resources.close();
      } catch (Throwable e) {
        if (failure == null && !loop.stopper().abandoning()) {
          failure = e;
        }
      }
      ended.countDown();
    }
  }

  /** Threads of sources and clients tell of it by what they throw then. */
  private static boolean hasNoMemory(Throwable failure) {
    Throwable at = failure;
    while (at != null && !(at instanceof OutOfMemoryError)) {
      at = at.getCause();
    }
    return at != null;
  }

  private static PipelineException outOfMemory(Throwable e) {
    return new PipelineException(
        "out-of-memory",
        "the pipeline needs more memory than the heap has; raise the limit (SLUICE_HEAP=2g),"
            + " or put less into a batch (maxFilesPerTrigger, maxBytesPerTrigger,"
            + " maxOffsetsPerTrigger)",
        e);
  }

  @Override
  public void await() throws InterruptedException {
    ended.await();
    rethrow();
  }

  @Override
  public boolean await(Duration limit) throws InterruptedException {
    boolean done = ended.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    if (done) {
      rethrow();
    }
    return done;
  }

  @Override
  public boolean stop(Duration grace) throws InterruptedException {
    loop.stopper().stop();
    if (!ended.await(grace.toMillis(), TimeUnit.MILLISECONDS)) {
      abandon();
    }
    return !left;
  }

  /** Gives the batch up; what does not end by itself is interrupted, and then left to itself. */
  private void abandon() throws InterruptedException {
    loop.stopper().abandon();
    Thread running = thread;
    if (!ended.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS) && running != null) {
      running.interrupt();
      if (!ended.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
        left = true;
        ended.countDown();
      }
    }
  }

  @Override
  public void close() {
    try {
      abandon();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void rethrow() {
    Throwable cause = failure;
    if (cause instanceof RuntimeException known) {
      throw known;
    } else if (cause instanceof Error error) {
      throw error;
    } else if (cause instanceof IOException io) {
      throw new PipelineException("io", IoReasons.of(io, ""), io);
    } else if (cause != null) {
      throw new IllegalStateException(cause);
    }
  }
}
