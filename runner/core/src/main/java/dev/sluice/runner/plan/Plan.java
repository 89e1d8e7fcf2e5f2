package dev.sluice.runner.plan;

import java.util.List;
import java.util.Optional;

/**
 * A pipeline, checked and bound: what an engine runs.
 *
 * @param sources in the order of their index in the checkpoint
 * @param sinks fed by one read of the sources and committed together
 * @param checkpointLocation absolute; empty if the pipeline runs with a temporary one
 * @param baseDirectory where relative paths start: the folder of the pipeline file
 */
public record Plan(
    String name,
    List<PlannedSource> sources,
    List<PlannedSink> sinks,
    Trigger trigger,
    Optional<String> checkpointLocation,
    Settings settings,
    String baseDirectory) {
  public Plan {
    sources = List.copyOf(sources);
    sinks = List.copyOf(sinks);
  }
}
