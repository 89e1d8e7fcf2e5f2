package dev.sluice.runner.sql;

import dev.sluice.connectors.BatchReader;
import dev.sluice.connectors.ScanRequest;
import dev.sluice.connectors.Split;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.diagnostics.EvaluationFailure;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.operator.Dataflow;
import dev.sluice.operators.operator.EmbeddedDataflow;
import dev.sluice.operators.operator.Emitter;
import dev.sluice.operators.operator.Epoch;
import dev.sluice.operators.plan.OutputMode;
import dev.sluice.operators.plan.Rel;
import dev.sluice.runner.loop.FailedRows;
import dev.sluice.runner.loop.Workers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs one planned query over files. Files are read in parallel, only the columns that are needed;
 * a query that works row by row gives its rows in the order of the files while it reads, and stops
 * reading once it has enough.
 */
final class QueryRun {
  private final FileTables tables;
  private final int parallelism;
  private final long timestampMillis;

  private record Task(String source, int index, Split split, ScanRequest request) {}

  /** {@code timestampMillis} is what {@code now()} gives. */
  QueryRun(FileTables tables, int parallelism, long timestampMillis) {
    this.tables = tables;
    this.parallelism = parallelism;
    this.timestampMillis = timestampMillis;
  }

  /** Gives the rows to {@code target}, in one thread at a time, until it takes no more. */
  void run(Rel root, SqlQuery.Rows target) {
    Rel plan = root;
    long limit = Long.MAX_VALUE;
    long skip = 0;
    if (root instanceof Rel.Limit top && top.perKeys() == 0 && worksRowByRow(top.input())) {
      plan = top.input();
      limit = top.count();
      skip = top.skip();
    }
    EmbeddedDataflow.Output output = new EmbeddedDataflow.Output(plan, OutputMode.COMPLETE);
    int workers = readsFiles(plan) ? parallelism : 1;
    try (EmbeddedDataflow dataflow = EmbeddedDataflow.inMemory(List.of(output), workers)) {
      List<Task> tasks = tasks(dataflow);
      // One more than there are splits: what needs no file comes last.
      int last = worksRowByRow(plan) ? tasks.size() : 0;
      OrderedRows rows = new OrderedRows(target, last + 1, skip, limit);
      new Reading(dataflow, tasks, rows, last, workers).run();
    } catch (OutOfMemoryError e) {
      throw new PipelineException(
          "out-of-memory",
          "the query needs more memory than the heap has; raise the limit (SLUICE_HEAP=2g), or ask"
              + " for less (a filter, fewer groups)",
          e);
    } catch (InterruptedException e) {
      throw PipelineException.stopped("the query ran", e);
    }
  }

  private static boolean worksRowByRow(Rel rel) {
    boolean plain =
        rel instanceof Rel.Read
            || rel instanceof Rel.Values
            || rel instanceof Rel.Filter
            || rel instanceof Rel.Project
            || rel instanceof Rel.Generate
            || rel instanceof Rel.Union;
    return plain && rel.inputs().stream().allMatch(QueryRun::worksRowByRow);
  }

  private static boolean readsFiles(Rel rel) {
    return rel instanceof Rel.Read || rel.inputs().stream().anyMatch(QueryRun::readsFiles);
  }

  private List<Task> tasks(Dataflow dataflow) {
    List<Task> tasks = new ArrayList<>();
    for (Map.Entry<String, Dataflow.Scan> scan : dataflow.scans().entrySet()) {
      ScanRequest request =
          new ScanRequest(scan.getValue().schema(), scan.getValue().filters(), Batch.TARGET_ROWS);
      int index = 0;
      for (Split split : tables.splits(scan.getKey())) {
        tasks.add(new Task(scan.getKey(), index++, split, request));
      }
    }
    return tasks;
  }

  /** The splits of one query, read into its dataflow. */
  private final class Reading {
    private final Dataflow dataflow;
    private final List<Task> tasks;
    private final OrderedRows rows;
    private final int last;
    private final int workers;
    private final int[] current;
    private final AtomicInteger next = new AtomicInteger();

    /** {@code last} is the turn of rows that come at the end. */
    Reading(Dataflow dataflow, List<Task> tasks, OrderedRows rows, int last, int workers) {
      this.dataflow = dataflow;
      this.tasks = tasks;
      this.rows = rows;
      this.last = last;
      this.workers = workers;
      this.current = new int[workers];
    }

    void run() throws InterruptedException {
      List<Emitter> outputs = new ArrayList<>();
      for (int i = 0; i < workers; i++) {
        int worker = i;
        outputs.add(batch -> emit(worker, batch));
      }
      dataflow.begin(
          new Epoch(0, timestampMillis, 0, 0, ThreadLocalRandom.current().nextLong()),
          List.of(outputs));
      try (Workers threads = new Workers(workers)) {
        threads.run(tasks.size(), this::work);
      } catch (InterruptedException | RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
      if (!rows.enough()) {
        Arrays.fill(current, last);
        dataflow.finish();
      }
    }

    private void emit(int worker, Batch batch) {
      try {
        rows.emit(current[worker], batch);
      } catch (InterruptedException e) {
        throw PipelineException.stopped("the query ran", e);
      }
    }

    private void work(int worker) {
      try {
        for (int i = next.getAndIncrement();
            i < tasks.size() && !rows.enough();
            i = next.getAndIncrement()) {
          current[worker] = last == 0 ? 0 : i;
          read(tasks.get(i), worker);
          if (last > 0) {
            rows.finish(i);
          }
        }
      } catch (Throwable e) {
        rows.end();
        throw e;
      }
    }

    private void read(Task task, int worker) {
      if (dataflow.enough(task.source(), task.index())) {
        return;
      }
      dataflow.beginSplit(task.source(), worker, task.index());
      long before = 0;
      try (BatchReader reader = task.split().open(task.request())) {
        for (Batch batch = reader.next(); batch != null; batch = reader.next()) {
          if (rows.enough() || dataflow.enough(task.source(), task.index())) {
            return;
          }
          try {
            dataflow.process(task.source(), worker, batch);
          } catch (EvaluationFailure e) {
            throw FailedRows.located(
                e, dataflow, task.source(), worker, batch, task.split(), task.request(), before);
          }
          before += batch.rows();
        }
      } catch (IOException e) {
        throw new PipelineException(
            "file-unreadable", task.source() + " cannot be read: " + e.getMessage(), e);
      }
    }
  }
}
