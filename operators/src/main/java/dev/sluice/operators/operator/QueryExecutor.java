package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.plan.OutputMode;
import dev.sluice.operators.plan.Rel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Runs a query whose rows are all in the plan, once, in the calling thread. */
public final class QueryExecutor {
  private QueryExecutor() {}

  /**
   * The rows of the result, in order.
   *
   * @param timestampMillis what {@code now()} gives
   */
  public static List<Batch> execute(Rel root, long timestampMillis) {
    List<Batch> result = new ArrayList<>();
    EmbeddedDataflow.Output output = new EmbeddedDataflow.Output(root, OutputMode.COMPLETE);
    try (EmbeddedDataflow dataflow = EmbeddedDataflow.inMemory(List.of(output), 1)) {
      if (!dataflow.scans().isEmpty()) {
        throw new IllegalArgumentException(
            "the query reads " + String.join(", ", dataflow.scans().keySet()));
      }
      dataflow.begin(
          new Epoch(0, timestampMillis, 0, 0, ThreadLocalRandom.current().nextLong()),
          List.of(List.of(result::add)));
      dataflow.finish();
    }
    return result;
  }

  /** As {@link #execute(Rel, long)}, at the time of the call. */
  public static List<Batch> executeNow(Rel root) {
    return execute(root, Clock.SYSTEM.millis());
  }

  /** As {@link #execute(Rel, long)}, for queries that do not ask for the time. */
  public static List<Batch> execute(Rel root) {
    return execute(root, 0L);
  }
}
