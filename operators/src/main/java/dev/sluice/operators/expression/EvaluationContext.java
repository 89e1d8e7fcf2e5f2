package dev.sluice.operators.expression;

/**
 * What an expression may know of the run: fixed for the whole epoch, so that a replay gives the
 * same values.
 *
 * @param timestampMicros what {@code current_timestamp} gives: the batch timestamp of the offset
 *     log, in microseconds
 * @param epochId the batch id
 * @param partition the index of the worker that evaluates, from 0
 */
public record EvaluationContext(long timestampMicros, long epochId, int partition) {
  /** For constant folding and tests. */
  public static final EvaluationContext NONE = new EvaluationContext(0L, 0L, 0);
}
