package dev.sluice.runner.plan;

import dev.sluice.operators.expression.Session;

/**
 * {@code settings:} of the pipeline file.
 *
 * @param parallelism how many workers read and compute
 * @param minBatchesToRetain how many batches' log entries and state versions are kept
 */
public record Settings(
    Session session, int parallelism, int minBatchesToRetain, boolean noDataBatches) {}
