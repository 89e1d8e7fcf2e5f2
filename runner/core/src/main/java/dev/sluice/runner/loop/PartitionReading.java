package dev.sluice.runner.loop;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.ContinuousReader;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.diagnostics.EvaluationFailure;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.Daemons;
import dev.sluice.operators.io.IoReasons;
import dev.sluice.operators.operator.Dataflow;
import dev.sluice.runner.plan.PlannedSource;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A thread that takes the rows of one partition through a chain of the dataflow. Between rows it
 * lets go of the chain, which others may share, and whoever holds all chains finds the position and
 * the rows of all partitions in step.
 */
final class PartitionReading {
  private static final long WAIT_MILLIS = 100;

  private final PlannedSource source;
  private final ContinuousReader reader;
  private final ScanRequest request;
  private final Dataflow dataflow;
  private final int worker;
  private final ReentrantLock chain;
  private final Stopper stopper;
  private final Thread thread;
  private volatile boolean stopped;
  private volatile @Nullable Throwable failure;
  // Guarded by the chain.
  private String position;
  private long rows;

  PartitionReading(
      PlannedSource source,
      ContinuousReader reader,
      ScanRequest request,
      Dataflow dataflow,
      int worker,
      ReentrantLock chain,
      Stopper stopper) {
    this.source = source;
    this.reader = reader;
    this.request = request;
    this.dataflow = dataflow;
    this.worker = worker;
    this.chain = chain;
    this.stopper = stopper;
    this.position = reader.position();
    this.thread = Daemons.thread("reader", this::read);
  }

  void start() {
    thread.start();
  }

  private void read() {
    try (reader) {
      while (!stopped) {
        Batch batch = next();
        chain.lockInterruptibly();
        try {
          if (stopped) {
            // Rows beyond the last epoch's end: they are read again.
            return;
          }
          if (batch != null) {
            process(batch);
            rows += batch.rows();
          }
          position = reader.position();
        } catch (Throwable e) {
          // Told before another partition can take rows through the broken chain.
          fail(e);
          return;
        } finally {
          chain.unlock();
        }
      }
    } catch (IOException e) {
      fail(
          source.failed(
              new PipelineException(
                  "source-failed", "it cannot be read: " + IoReasons.of(e, ""), e)));
    } catch (Throwable e) {
      fail(e);
    }
  }

  private @Nullable Batch next() throws IOException {
    try {
      return reader.next(WAIT_MILLIS);
    } catch (PipelineException e) {
      throw source.failed(e);
    }
  }

  private void process(Batch batch) {
    try {
      dataflow.process(source.name(), worker, batch);
    } catch (EvaluationFailure e) {
      // The rows cannot be had again to look where the one that failed stands.
      throw FailedRows.located(
          e, dataflow, source.name(), worker, batch, PartitionReading::unread, request, 0);
    }
  }

  private static BatchReader unread(ScanRequest any) {
    return () -> null;
  }

  private void fail(Throwable e) {
    if (!stopped) {
      failure = e;
      stopper.wake();
    }
  }

  /** How far it has come. For who holds the chain. */
  String position() {
    return position;
  }

  /** The rows since the last call. For who holds the chain. */
  long takeRows() {
    long taken = rows;
    rows = 0;
    return taken;
  }

  void requireSound() {
    Throwable cause = failure;
    if (cause instanceof RuntimeException known) {
      throw known;
    } else if (cause instanceof Error error) {
      throw error;
    } else if (cause != null) {
      throw new IllegalStateException(cause);
    }
  }

  /** Lets it end; it takes no further rows even if it has some. */
  void stop() {
    stopped = true;
    thread.interrupt();
  }

  /** Waits until it has ended. */
  void await() {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
