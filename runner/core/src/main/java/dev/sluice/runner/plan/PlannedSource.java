package dev.sluice.runner.plan;

import dev.sluice.connectors.Source;
import dev.sluice.operators.diagnostics.SourcePosition;

/**
 * A source of the plan, in the order of first appearance, which is its index in the checkpoint.
 *
 * @param source open; the run closes it
 * @param fingerprint what must not change between runs on one checkpoint: format and place
 */
public record PlannedSource(
    String name,
    String format,
    Source source,
    boolean streaming,
    String fingerprint,
    SourcePosition at) {}
