package dev.sluice.connectors;

import dev.sluice.operators.component.ComponentType;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.plan.OutputMode;
import java.util.List;
import java.util.Set;

/** A kind of sink: the word after {@code format:}. */
public interface SinkType extends ComponentType {
  Set<OutputMode> outputModes();

  /**
   * True if a query may run without a {@code checkpointLocation}: the checkpoint is then temporary
   * (console, memory, noop).
   */
  default boolean allowsTemporaryCheckpoint() {
    return false;
  }

  /** True if a query can have only one: what it writes to goes by the query's name. */
  default boolean isSingle() {
    return false;
  }

  /** True if {@code partitionBy} makes sense. */
  default boolean supportsPartitionBy() {
    return false;
  }

  /** Checks that rows of this schema can be written. Touches nothing outside. */
  default void check(Schema schema, List<String> partitionBy, Options options, Problems problems) {}

  /** Checks that the output mode and the options go together. Touches nothing outside. */
  default void check(OutputMode mode, Options options, Problems problems) {}

  /** True if it can take rows under the trigger {@code continuous}. */
  default boolean supportsContinuous() {
    return false;
  }

  /** Checks that the options go with the trigger {@code continuous}. Touches nothing outside. */
  default void checkContinuous(Options options, Problems problems) {}

  /** Opens it, once a run. */
  Sink open(
      Schema schema,
      List<String> partitionBy,
      OutputMode mode,
      Options options,
      SinkContext context);
}
