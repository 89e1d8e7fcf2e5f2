package dev.sluice.runner.plan;

import dev.sluice.connectors.Source;
import dev.sluice.operators.diagnostics.ComponentException;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.diagnostics.SourcePosition;

/**
 * A source of the plan, in the order of first appearance, which is its index in the checkpoint.
 *
 * @param source open; the run closes it
 * @param refresh when a static one is read anew
 * @param fingerprint what must not change between runs on one checkpoint: format and place
 */
public record PlannedSource(
    String name,
    String format,
    Source source,
    boolean streaming,
    Refresh refresh,
    String fingerprint,
    SourcePosition at) {
  /** One that streams, or is read in each batch. */
  public PlannedSource(
      String name,
      String format,
      Source source,
      boolean streaming,
      String fingerprint,
      SourcePosition at) {
    this(name, format, source, streaming, Refresh.EACH_BATCH, fingerprint, at);
  }

  /** As failures name it. */
  public String label() {
    return label(name);
  }

  /** What it failed with, with its name and its place in the file. */
  public PipelineException failed(PipelineException e) {
    return ComponentException.of(e, label(), at);
  }

  /** A source of this name, as failures name it. */
  public static String label(String name) {
    return name.equals("source") ? name : "source '" + name + "'";
  }
}
