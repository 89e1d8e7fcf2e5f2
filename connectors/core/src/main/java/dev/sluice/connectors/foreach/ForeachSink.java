package dev.sluice.connectors.foreach;

import dev.sluice.connectors.Sink;
import dev.sluice.connectors.Write;
import dev.sluice.connectors.spool.SpooledRows;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.ValueHash;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.Daemons;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a batch on disk and, when all of it is there, gives it to the writers, each row to the
 * writer that follows from its values: whichever worker had it, and in every run.
 */
final class ForeachSink implements Sink {
  private final String name;
  private final Schema schema;
  private final Supplier<ForeachWriter> maker;
  private final @Nullable ForeachWriter[] writers;

  ForeachSink(String name, Schema schema, int partitions, Supplier<ForeachWriter> maker) {
    this.name = name;
    this.schema = schema;
    this.maker = maker;
    this.writers = new ForeachWriter[partitions];
  }

  @Override
  public String description() {
    return "ForeachSink[" + name + "]";
  }

  @Override
  public Write begin(long epochId) {
    SpooledRows rows = SpooledRows.begin(SpooledBatches.INSTANCE);
    return new Write() {
      @Override
      public Part part(int index) {
        return rows.part(index);
      }

      @Override
      public void commit() {
        give(epochId, rows.files());
      }

      @Override
      public void close() {
        rows.close();
      }
    };
  }

  private void give(long epochId, List<Path> files) {
    if (writers.length == 1) {
      partition(0, epochId, files);
      return;
    }
    ExecutorService threads =
        Executors.newFixedThreadPool(writers.length, Daemons.factory("foreach-" + name));
    try {
      List<Callable<Object>> all = new ArrayList<>();
      for (int i = 0; i < writers.length; i++) {
        int partition = i;
        all.add(Executors.callable(() -> partition(partition, epochId, files)));
      }
      for (Future<?> one : threads.invokeAll(all)) {
        one.get();
      }
    } catch (InterruptedException e) {
      throw PipelineException.stopped("'" + name + "' took rows", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof PipelineException known
          ? known
          : new IllegalStateException(e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private ForeachWriter writer(int partition) {
    ForeachWriter writer = writers[partition];
    if (writer == null) {
      writer = maker.get();
      writers[partition] = writer;
    }
    return writer;
  }

  private void partition(int partition, long epochId, List<Path> files) {
    ForeachWriter writer;
    try {
      writer = writer(partition);
    } catch (RuntimeException | LinkageError e) {
      throw failed("create", partition, epochId, e);
    }
    String step = "open";
    Throwable failure = null;
    try {
      if (writer.open(partition, epochId)) {
        step = "process";
        for (Path file : files) {
          SpooledBatches.read(file, schema, batch -> process(writer, partition, batch));
        }
      }
      step = "close";
    } catch (Exception | LinkageError e) {
      failure = e;
    }
    try {
      writer.close(failure);
    } catch (Exception | LinkageError e) {
      if (failure == null) {
        failure = e;
      } else {
        failure.addSuppressed(e);
      }
    }
    if (failure != null) {
      throw failed(step, partition, epochId, failure);
    }
  }

  private void process(ForeachWriter writer, int partition, Batch batch) throws Exception {
    for (int row = 0; row < batch.rows(); row++) {
      if (writers.length == 1 || partitionOf(batch, row) == partition) {
        writer.process(new Row(batch, row));
      }
    }
  }

  private int partitionOf(Batch batch, int row) {
    long hash = 0;
    for (Column column : batch.columns()) {
      hash = ValueHash.mix(hash + ValueHash.of(column, row));
    }
    return (int) Long.remainderUnsigned(hash, writers.length);
  }

  private PipelineException failed(String step, int partition, long epochId, Throwable failure) {
    if (failure instanceof InterruptedException) {
      return PipelineException.stopped("'" + name + "' took rows", failure);
    }
    if (failure instanceof SpooledBatches.SpoolException spool) {
      return spool;
    }
    String message = failure.getMessage() == null ? "" : ": " + failure.getMessage();
    return new PipelineException(
        "foreach-failed",
        "the writer '"
            + name
            + "' failed in '"
            + step
            + "' for batch "
            + epochId
            + ", partition "
            + partition
            + ", with "
            + failure.getClass().getSimpleName()
            + message,
        failure);
  }
}
