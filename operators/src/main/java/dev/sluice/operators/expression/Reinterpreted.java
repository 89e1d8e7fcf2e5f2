package dev.sluice.operators.expression;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.LongColumn;
import java.util.List;

/** The same longs under another type: the microseconds of an interval. */
public record Reinterpreted(Expression operand, DataType type) implements Expression {
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
    LongColumn longs = (LongColumn) operand.evaluate(input, context).flatten();
    return new LongColumn(type, longs.values(), longs.validity(), longs.size());
  }

  @Override
  public String sql() {
    return operand.sql();
  }
}
