package dev.sluice.runner.plan;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one batch did.
 *
 * @param json the keys and values of Spark's {@code StreamingQueryProgress}, in its order; values
 *     as {@code Json.write} takes them
 * @param backlog what is known to wait, by its unit ({@code files})
 */
public record Progress(
    long batchId,
    long inputRows,
    double processedRowsPerSecond,
    Map<String, Long> backlog,
    Map<String, @Nullable Object> json) {}
