package dev.sluice.operators.function.datetime;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.Expression;
import java.util.List;

/** A value in another type, shown as {@code sql}. */
final class Converted implements Expression {
  private final Expression child;
  private final DataType type;
  private final String sql;
  private final Kernel kernel;

  /** Makes the column of the other type; never fails. */
  @FunctionalInterface
  interface Kernel {
    Column apply(Column column, int rows);
  }

  Converted(Expression child, DataType type, String sql, Kernel kernel) {
    this.child = child;
    this.type = type;
    this.sql = sql;
    this.kernel = kernel;
  }

  @Override
  public DataType type() {
    return type;
  }

  @Override
  public boolean nullable() {
    return child.nullable();
  }

  @Override
  public List<Expression> children() {
    return List.of(child);
  }

  @Override
  public Column evaluate(Batch input, EvaluationContext context) {
    Column column = child.evaluate(input, context);
    if (column instanceof ConstantColumn constant) {
      return new ConstantColumn(kernel.apply(constant.one(), 1).flatten(), input.rows());
    }
    return kernel.apply(column, input.rows());
  }

  @Override
  public String sql() {
    return sql;
  }
}
