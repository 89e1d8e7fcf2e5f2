package dev.sluice.operators.expression;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import java.util.List;

/**
 * What follows from the time at which a batch was planned alone: the same for all its rows, and
 * when it is run again, but no constant of the query.
 */
public interface BatchTime extends Expression {
  /**
   * The value, as a column of the type holds it.
   *
   * @param micros since 1970 UTC, the time of the batch
   */
  Object at(long micros);

  @Override
  default boolean nullable() {
    return false;
  }

  @Override
  default List<Expression> children() {
    return List.of();
  }

  @Override
  default boolean readsClock() {
    return true;
  }

  @Override
  default Column evaluate(Batch input, EvaluationContext context) {
    return ConstantColumn.of(type(), at(context.timestampMicros()), input.rows());
  }
}
