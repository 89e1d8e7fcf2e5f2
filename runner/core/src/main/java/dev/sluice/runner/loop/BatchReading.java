package dev.sluice.runner.loop;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.Split;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.diagnostics.EvaluationFailure;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.IoReasons;
import dev.sluice.operators.operator.Dataflow;
import dev.sluice.runner.plan.PlannedSource;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Reads the splits of one batch into the dataflow, each worker taking the next one that nobody has.
 */
final class BatchReading {
  /** So many rows are read sooner than another thread wakes up. */
  private static final long FEW_ROWS = 512;

  /** So many splits are opened sooner one after the other. */
  private static final int FEW_SPLITS = 64;

  private final Dataflow dataflow;
  private final List<PlannedSource> sources;
  private final Stopper stopper;
  private final AtomicLongArray rows;
  private final FarTimes farTimes;
  private volatile boolean failed;

  /**
   * A split to read. {@code index} is its place among the splits of its source, {@code ordinal} the
   * source's among the sources.
   */
  record Task(String source, int ordinal, int index, Split split, ScanRequest request) {}

  BatchReading(Dataflow dataflow, List<PlannedSource> sources, FarTimes farTimes, Stopper stopper) {
    this.sources = sources;
    this.farTimes = farTimes;
    this.dataflow = dataflow;
    this.stopper = stopper;
    this.rows = new AtomicLongArray(Math.max(1, sources.size()));
  }

  void run(List<Task> tasks, Workers workers) throws Exception {
    AtomicInteger next = new AtomicInteger();
    workers.run(areFew(tasks) ? 1 : tasks.size(), worker -> work(tasks, next, worker));
  }

  static boolean areFew(List<Task> tasks) {
    if (tasks.size() > FEW_SPLITS) {
      return false;
    }
    long rows = 0;
    for (Task task : tasks) {
      rows += Math.min(task.split().mostRows(), FEW_ROWS + 1);
    }
    return rows <= FEW_ROWS;
  }

  /** Rows read of a source. */
  long rows(int ordinal) {
    return rows.get(ordinal);
  }

  private void work(List<Task> tasks, AtomicInteger next, int worker) throws Exception {
    try {
      for (int i = next.getAndIncrement();
          i < tasks.size() && !failed;
          i = next.getAndIncrement()) {
        read(tasks.get(i), worker);
      }
    } catch (Throwable e) {
      failed = true;
      throw e;
    }
  }

  private void read(Task task, int worker) {
    if (dataflow.enough(task.source(), task.index())) {
      return;
    }
    dataflow.beginSplit(task.source(), worker, task.index());
    long before = 0;
    try (BatchReader reader = open(task)) {
      for (Batch batch = next(reader, task); batch != null && !failed; batch = next(reader, task)) {
        stopper.check();
        rows.addAndGet(task.ordinal(), batch.rows());
        try {
          dataflow.process(task.source(), worker, batch);
        } catch (EvaluationFailure e) {
          throw FailedRows.located(
              e, dataflow, task.source(), worker, batch, task.split(), task.request(), before);
        }
        Optional<Dataflow.FarTime> far = dataflow.farTime(task.source(), worker, batch);
        if (far.isPresent()) {
          farTimes.add(task, before, far.get());
        }
        before += batch.rows();
        if (dataflow.enough(task.source(), task.index())) {
          return;
        }
      }
    } catch (IOException e) {
      throw failed(task, e);
    }
  }

  private BatchReader open(Task task) {
    try {
      return task.split().open(task.request());
    } catch (PipelineException e) {
      throw failed(task, e);
    }
  }

  private @Nullable Batch next(BatchReader reader, Task task) throws IOException {
    try {
      return reader.next();
    } catch (PipelineException e) {
      throw failed(task, e);
    }
  }

  /** What fails here is the source's; what fails while its rows are processed is not. */
  private PipelineException failed(Task task, PipelineException e) {
    for (PlannedSource source : sources) {
      if (source.name().equals(task.source())) {
        return source.failed(e);
      }
    }
    return e;
  }

  private PipelineException failed(Task task, IOException e) {
    return failed(
        task,
        new PipelineException("source-failed", "it cannot be read: " + IoReasons.of(e, ""), e));
  }
}
