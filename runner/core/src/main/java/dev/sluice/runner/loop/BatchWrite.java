package dev.sluice.runner.loop;

import dev.sluice.connectors.Sink;
import dev.sluice.connectors.Write;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.operator.Emitter;
import dev.sluice.runner.plan.Failpoints;
import dev.sluice.runner.plan.PlannedSink;
import java.util.ArrayList;
import java.util.List;

/**
 * The output of one batch to all sinks: written in parallel, committed when all have it, undone
 * together.
 */
final class BatchWrite implements AutoCloseable {
  private final List<PlannedSink> planned;
  private final long batchId;
  private final Failpoints failpoints;
  private final List<Write> writes = new ArrayList<>();
  private final List<List<Port>> ports = new ArrayList<>();

  /** One worker's way into one sink. */
  private static final class Port implements Emitter {
    private final PlannedSink sink;
    private final Write.Part part;
    private final Runnable afterWrite;
    private long rows;

    Port(PlannedSink sink, Write.Part part, Runnable afterWrite) {
      this.sink = sink;
      this.part = part;
      this.afterWrite = afterWrite;
    }

    @Override
    public void emit(Batch batch) {
      try {
        part.write(batch);
      } catch (PipelineException e) {
        throw sink.failed(e);
      }
      rows += batch.rows();
      afterWrite.run();
    }

    void flush() {
      try {
        part.flush();
      } catch (PipelineException e) {
        throw sink.failed(e);
      }
    }

    void finish() {
      try {
        part.finish();
      } catch (PipelineException e) {
        throw sink.failed(e);
      }
    }
  }

  /** {@code sinks} are {@code planned}, open. */
  BatchWrite(
      List<Sink> sinks,
      List<PlannedSink> planned,
      int workers,
      long batchId,
      Failpoints failpoints) {
    this.planned = planned;
    this.batchId = batchId;
    this.failpoints = failpoints;
    try {
      for (int s = 0; s < sinks.size(); s++) {
        PlannedSink sink = planned.get(s);
        try {
          Write write = sinks.get(s).begin(batchId);
          writes.add(write);
          List<Port> own = new ArrayList<>(workers);
          for (int i = 0; i < workers; i++) {
            own.add(
                new Port(
                    sink,
                    write.part(i),
                    () -> failpoints.reached(Failpoints.Step.MID_SINK_WRITE, batchId)));
          }
          ports.add(own);
        } catch (PipelineException e) {
          throw sink.failed(e);
        }
      }
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** For each sink, for each worker. */
  List<List<Emitter>> outputs() {
    return ports.stream().map(own -> own.stream().map(port -> (Emitter) port).toList()).toList();
  }

  /** Rows go on their way, as the next may be a while in coming. */
  void flush() {
    for (List<Port> own : ports) {
      for (Port port : own) {
        port.flush();
      }
    }
  }

  void finish() {
    for (List<Port> own : ports) {
      for (Port port : own) {
        port.finish();
      }
    }
  }

  /**
   * One sink after the other, in the order of the file: after a crash in between, those in front
   * have the batch, and get it again.
   */
  void commit() {
    for (int i = 0; i < writes.size(); i++) {
      if (i > 0) {
        failpoints.reached(Failpoints.Step.MID_SINK_COMMIT, batchId);
      }
      try {
        writes.get(i).commit();
      } catch (PipelineException e) {
        throw planned.get(i).failed(e);
      }
    }
  }

  long rows(int sink) {
    return ports.get(sink).stream().mapToLong(port -> port.rows).sum();
  }

  @Override
  public void close() {
    try (Resources all = new Resources()) {
      writes.forEach(all::add);
    }
  }
}
