package dev.sluice.runner.schema;

import dev.sluice.connectors.SinkType;
import dev.sluice.connectors.SourceType;
import dev.sluice.operators.component.Registry;
import dev.sluice.operators.step.StepType;

/** Everything that a pipeline file can name. */
public record Components(
    Registry<SourceType> sources, Registry<SinkType> sinks, Registry<StepType> steps) {
  /** What is on the class path. */
  public static Components load() {
    return new Components(
        Registry.load(SourceType.class),
        Registry.load(SinkType.class),
        Registry.load(StepType.class));
  }
}
