package dev.sluice.operators.expression;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import java.util.List;

/** The same values under another text. */
public record Renamed(Expression operand, String sql) implements Expression {
  @Override
  public DataType type() {
    return operand.type();
  }

  @Override
  public boolean nullable() {
    return operand.nullable();
  }

  @Override
  public List<Expression> children() {
    return List.of(operand);
  }

  @Override
  public Column evaluate(Batch input, EvaluationContext context) {
    return operand.evaluate(input, context);
  }
}
