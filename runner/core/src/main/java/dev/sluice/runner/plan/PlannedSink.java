package dev.sluice.runner.plan;

import dev.sluice.connectors.SinkType;
import dev.sluice.operators.component.Options;
import dev.sluice.operators.diagnostics.ComponentException;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.plan.OutputMode;
import dev.sluice.operators.plan.Rel;
import java.util.List;

/**
 * A sink of the plan and the rows it gets. Opened by the run.
 *
 * @param fingerprint what must not change between runs on one checkpoint: format and place
 */
public record PlannedSink(
    String name,
    Rel rel,
    SinkType type,
    Options options,
    List<String> partitionBy,
    OutputMode mode,
    String fingerprint,
    SourcePosition at) {
  /** As failures name it. */
  public String label() {
    return label(name, type.name());
  }

  /** What it failed with, with its name and its place in the file. */
  public PipelineException failed(PipelineException e) {
    return ComponentException.of(e, label(), at);
  }

  /** A sink of this name and type, as failures name it. */
  public static String label(String name, String type) {
    return name + " '" + type + "'";
  }
}
