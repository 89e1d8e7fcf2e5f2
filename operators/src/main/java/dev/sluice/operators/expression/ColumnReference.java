package dev.sluice.operators.expression;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
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
}
