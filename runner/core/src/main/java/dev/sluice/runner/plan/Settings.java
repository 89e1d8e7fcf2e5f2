package dev.sluice.runner.plan;

import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.expression.Session;

/**
 * {@code settings:} of the pipeline file.
 *
 * @param parallelism how many workers read and compute
 * @param minBatchesToRetain how many batches' log entries and state versions are kept
 * @param noDataBatches whether a batch without rows is run when the watermark closes something
 * @param stateStore where rows of state lie while the query runs: {@link #MEMORY}, or the name of a
 *     local store
 * @param allowStateEvolution whether aggregations may be added to a query that has state
 * @param watermarkPolicy which of several watermarks counts
 * @param watermarkPolicyAt where the file says so
 */
public record Settings(
    Session session,
    int parallelism,
    int minBatchesToRetain,
    boolean noDataBatches,
    WatermarkPolicy watermarkPolicy,
    SourcePosition watermarkPolicyAt,
    String stateStore,
    boolean allowStateEvolution) {
  /** The state store that keeps all rows in the heap. */
  public static final String MEMORY = "memory";
}
