package dev.sluice.operators.operator;

import java.util.Map;

/**
 * What a stateful operator did in the last epoch; the names are those of Spark's progress.
 *
 * @param custom what only some operators, or some kinds of state, count; in order
 */
public record StateMetrics(
    String operatorName,
    long numRowsTotal,
    long numRowsUpdated,
    long allUpdatesTimeMs,
    long numRowsRemoved,
    long allRemovalsTimeMs,
    long commitTimeMs,
    long memoryUsedBytes,
    long numRowsDroppedByWatermark,
    int numPartitions,
    Map<String, Long> custom) {}
