package dev.sluice.operators.expression;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import java.util.BitSet;
import java.util.List;

/** An input column by index. */
public record ColumnReference(int index, String name, DataType type, boolean nullable)
    implements Expression {
  @Override
  public List<Expression> children() {
    return List.of();
  }

  @Override
  public Column evaluate(Batch input, EvaluationContext context) {
    return input.column(index);
  }

  @Override
  public String sql() {
    return name;
  }

  /** Adds the columns that an expression reads of an input of {@code width} columns. */
  public static void collect(Expression expression, int width, BitSet into) {
    // Beyond the input stand the parameters of a lambda.
    if (expression instanceof ColumnReference reference && reference.index() < width) {
      into.set(reference.index());
    }
    for (Expression child : expression.children()) {
      collect(child, width, into);
    }
  }
}
