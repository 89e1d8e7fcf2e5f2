package dev.sluice.operators.expression;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.DataType;
import java.util.List;

/** The value of an expression, null in the rows where it, or anything inside it, fails. */
public record Tried(Expression operand) implements Expression {
  /** The expression itself if nothing inside it can fail. */
  public static Expression of(Expression operand) {
    return fails(operand) ? new Tried(operand) : operand;
  }

  private static boolean fails(Expression expression) {
    if (expression.mayFail()) {
      return true;
    }
    for (Expression child : expression.children()) {
      if (fails(child)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public DataType type() {
    return operand.type();
  }

  @Override
  public boolean nullable() {
    return true;
  }

  @Override
  public List<Expression> children() {
    return List.of(operand);
  }

  @Override
  public boolean mayFail() {
    return false;
  }

  @Override
  public Column evaluate(Batch input, EvaluationContext context) {
    try {
      return operand.evaluate(input, context);
    } catch (EvaluationException e) {
      if (input.rows() == 1) {
        return ConstantColumn.of(type(), null, 1);
      }
    }
    // Some row failed: each for itself.
    ColumnBuilder out = ColumnBuilder.of(type(), input.rows());
    for (int i = 0; i < input.rows(); i++) {
      out.appendFrom(evaluate(input.slice(i, i + 1), context), 0);
    }
    return out.build();
  }

  @Override
  public String sql() {
    return operand.sql();
  }
}
