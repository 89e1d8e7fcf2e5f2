package dev.sluice.operators.operator;

/** What a stateful operator did in the last epoch; the names are those of Spark's progress. */
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
    int numPartitions) {}
