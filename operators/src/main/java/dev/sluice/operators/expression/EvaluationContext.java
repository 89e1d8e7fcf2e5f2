package dev.sluice.operators.expression;

import org.jspecify.annotations.Nullable;

/**
 * What an expression may know of the run: fixed for the whole epoch, so that a replay gives the
 * same values.
 *
 * @param timestampMicros what {@code current_timestamp} gives: the batch timestamp of the offset
 *     log, in microseconds
 * @param epochId the batch id
 * @param partition the index of the worker that evaluates, from 0
 * @param draws how far random expressions of this worker are; null where nobody keeps it, and each
 *     evaluation starts anew
 */
public record EvaluationContext(
    long timestampMicros, long epochId, int partition, @Nullable Draws draws) {
  /** For constant folding and tests. */
  public static final EvaluationContext NONE = new EvaluationContext(0L, 0L, 0);

  public EvaluationContext(long timestampMicros, long epochId, int partition) {
    this(timestampMicros, epochId, partition, null);
  }
}
