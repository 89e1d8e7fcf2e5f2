package dev.sluice.runner.pipeline;

import dev.sluice.connectors.SinkType;
import dev.sluice.connectors.SourceType;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.plan.OutputMode;
import dev.sluice.operators.plan.Rel;
import dev.sluice.runner.plan.Refresh;
import java.util.List;
import java.util.Optional;

/** The parts of a pipeline, checked one by one. */
final class Pieces {
  private Pieces() {}

  /**
   * @param declared {@code schema:}, if it stands there and is right
   * @param schema what is known of its columns without opening it
   */
  record SourcePiece(
      String name,
      SourceType type,
      Options options,
      Optional<Schema> declared,
      Optional<Schema> schema,
      boolean streaming,
      Refresh refresh,
      SourcePosition at) {}

  /**
   * @param rel its rows; empty while their columns are unknown, or after a mistake
   */
  record SinkPiece(
      String name,
      SinkType type,
      Options options,
      List<String> partitionBy,
      OutputMode mode,
      Optional<Rel> rel,
      SourcePosition at) {}
}
