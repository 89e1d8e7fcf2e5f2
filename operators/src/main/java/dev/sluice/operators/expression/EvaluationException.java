package dev.sluice.operators.expression;

import dev.sluice.operators.diagnostics.PipelineException;

/**
 * A value broke an expression: overflow, division by zero, a bad cast. Carries Spark's error class
 * and the row of the batch. Whoever evaluates on selected rows maps the row back with {@link
 * #atRow}.
 */
public final class EvaluationException extends PipelineException {
  private final int row;

  public EvaluationException(String errorClass, String message, int row) {
    super(errorClass, message);
    this.row = row;
  }

  private EvaluationException(EvaluationException cause, int row) {
    super(cause.code(), String.valueOf(cause.getMessage()), cause);
    this.row = row;
  }

  /** The row of the batch that was evaluated. */
  public int row() {
    return row;
  }

  public EvaluationException atRow(int newRow) {
    return new EvaluationException(this, newRow);
  }
}
