package dev.sluice.operators.function;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.Expression;
import java.util.List;

/** A bound call of a generator function. Immutable. */
public interface Generator {
  /**
   * The columns it adds, with their default names ({@code col}; {@code pos, col}; {@code key,
   * value}).
   */
  List<Field> output();

  List<Expression> arguments();

  /** True if a row that generates nothing comes out once, with nulls ({@code explode_outer}). */
  boolean outer();

  Generated generate(Batch input, EvaluationContext context);

  String sql();

  /**
   * Generated rows, in order.
   *
   * @param parents for each generated row the input row it comes from, ascending
   * @param columns one for each field of the output, {@code count} rows each
   */
  record Generated(int[] parents, List<Column> columns, int count) {}
}
