package dev.sluice.connectors.memory;

import dev.sluice.connectors.Sink;
import dev.sluice.connectors.SinkContext;
import dev.sluice.connectors.SinkType;
import dev.sluice.operators.component.Option;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.plan.OutputMode;
import java.util.List;
import java.util.Set;

/** {@code memory}: rows stay in the process, under the query's name, see {@link MemoryTable}. */
public final class MemorySinkType implements SinkType {
  @Override
  public String name() {
    return "memory";
  }

  @Override
  public String summary() {
    return "Keeps the rows in memory: for tests";
  }

  @Override
  public List<Option> options() {
    return List.of();
  }

  /** Spark's guide leaves update out, its code takes it as append, and so do we. */
  @Override
  public Set<OutputMode> outputModes() {
    return Set.of(OutputMode.values());
  }

  @Override
  public boolean allowsTemporaryCheckpoint() {
    return true;
  }

  @Override
  public Sink open(
      Schema schema,
      List<String> partitionBy,
      OutputMode mode,
      Options options,
      SinkContext context) {
    boolean kept = MemoryTable.find(context.queryName()).isPresent();
    if (context.recovered() && mode != OutputMode.COMPLETE && !kept) {
      throw new PipelineException(
          "memory-not-recoverable",
          "a memory sink cannot go on from a checkpoint in "
              + mode
              + " mode: the rows of the earlier run are gone; delete 'offsets' in the checkpoint"
              + " to start over");
    }
    return new MemorySink(
        MemoryTable.open(context.queryName(), schema, context.recovered()),
        mode == OutputMode.COMPLETE);
  }
}
