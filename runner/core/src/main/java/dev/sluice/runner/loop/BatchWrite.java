package dev.sluice.runner.loop;

import dev.sluice.connectors.Sink;
import dev.sluice.connectors.Write;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.operator.Emitter;
import dev.sluice.runner.plan.Failpoints;
import java.util.ArrayList;
import java.util.List;

/**
 * The output of one batch to all sinks: written in parallel, committed together, undone together.
 */
final class BatchWrite implements AutoCloseable {
  private final List<Write> writes = new ArrayList<>();
  private final List<List<Port>> ports = new ArrayList<>();

  /** One worker's way into one sink. */
  private static final class Port implements Emitter {
    private final Write.Part part;
    private final Runnable afterWrite;
    private long rows;

    Port(Write.Part part, Runnable afterWrite) {
      this.part = part;
      this.afterWrite = afterWrite;
    }

    @Override
    public void emit(Batch batch) {
      part.write(batch);
      rows += batch.rows();
      afterWrite.run();
    }
  }

  BatchWrite(List<Sink> sinks, int workers, long batchId, Failpoints failpoints) {
    try {
      for (Sink sink : sinks) {
        Write write = sink.begin(batchId);
        writes.add(write);
        List<Port> own = new ArrayList<>(workers);
        for (int i = 0; i < workers; i++) {
          own.add(
              new Port(
                  write.part(i),
                  () -> failpoints.reached(Failpoints.Step.MID_SINK_WRITE, batchId)));
        }
        ports.add(own);
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

  void finish() {
    for (List<Port> own : ports) {
      for (Port port : own) {
        port.part.finish();
      }
    }
  }

  void commit() {
    writes.forEach(Write::commit);
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
