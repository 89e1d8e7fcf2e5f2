package dev.sluice.runner.plan;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one batch did.
 *
 * @param json the keys and values of Spark's {@code StreamingQueryProgress}, in its order; values
 *     as {@code Json.write} takes them
 * @param warnings for people, each a code, a colon and a sentence
 * @param backlog what is known to wait, by its unit ({@code files})
 */
public record Progress(
    long batchId,
    long inputRows,
    double processedRowsPerSecond,
    Map<String, Long> backlog,
    List<String> warnings,
    Map<String, @Nullable Object> json) {}
