package dev.sluice.runner.schema;

import dev.sluice.connectors.SinkType;
import dev.sluice.connectors.SourceType;
import dev.sluice.connectors.file.FormatComponents;
import dev.sluice.operators.component.Registry;
import dev.sluice.operators.step.StepType;

/** Everything that a pipeline file can name. */
public record Components(
    Registry<SourceType> sources, Registry<SinkType> sinks, Registry<StepType> steps) {
  /** What is on the class path; each file format is a source and a sink. */
  public static Components load() {
    return new Components(
        FormatComponents.sources(), FormatComponents.sinks(), Registry.load(StepType.class));
  }
}
