package dev.sluice.operators.expression;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;

/**
 * Evaluates an expression on those rows of a batch that need it, so that a failing branch fails
 * only where it is taken.
 */
final class Lazily {
  private Lazily() {}

  /** The values at {@code rows[0..count)}; a failure names the row of {@code input}. */
  static Column evaluate(
      Expression expression, Batch input, int[] rows, int count, EvaluationContext context) {
    if (count == input.rows()) {
      return expression.evaluate(input, context);
    }
    try {
      return expression.evaluate(input.select(rows, count), context);
    } catch (EvaluationException e) {
      throw e.row() >= 0 && e.row() < count ? e.atRow(rows[e.row()]) : e;
    }
  }
}
