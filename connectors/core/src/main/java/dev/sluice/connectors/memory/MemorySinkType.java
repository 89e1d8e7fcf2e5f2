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

/**
 * {@code memory}: rows stay in the process, under the query's name, see {@link MemoryTable}. While
 * the sink is open, the user's other processes can read them, see {@link RunningTables}.
 */
public final class MemorySinkType implements SinkType {
  private static final String DROP_OLDEST = "dropOldest";

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public boolean supportsContinuous() {
    return true;
  }

  @Override
  public String summary() {
    return "Keeps the rows in memory, to be queried while the pipeline runs";
  }

  @Override
  public List<Option> options() {
    return List.of(
        Option.integer("maxRows", "The most rows that are held; without it only bytes count")
            .atLeast(1),
        Option.bytes("maxBytes", "The most bytes of rows that are held, in packed form")
            .orElse(Integer.toString(64 << 20))
            .atLeast(1),
        Option.choice(
                "whenFull",
                List.of(DROP_OLDEST, "fail"),
                "What then: the oldest rows go, or the query fails; in complete mode it always"
                    + " fails")
            .orElse(DROP_OLDEST));
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
  public boolean isSingle() {
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
    MemoryTable.Bounds bounds =
        new MemoryTable.Bounds(
            options.findNumber("maxRows").orElse(Long.MAX_VALUE),
            options.number("maxBytes"),
            options.text("whenFull").equalsIgnoreCase(DROP_OLDEST));
    return new MemorySink(
        context.queryName(),
        MemoryTable.open(context.queryName(), schema, bounds, context.recovered()),
        mode == OutputMode.COMPLETE);
  }
}
