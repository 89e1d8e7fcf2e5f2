package dev.sluice.operators.expression;

import dev.sluice.operators.data.FlatColumn;

/** The values of a column in another type. */
@FunctionalInterface
public interface CastKernel {
  /**
   * Throws {@link EvaluationException} for the first row that cannot be cast, or makes it null, as
   * the kernel was made to.
   */
  FlatColumn cast(FlatColumn column, int rows);
}
