package dev.sluice.operators.expression;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import java.util.List;

/** NOT. */
public record Not(Expression operand) implements Expression {
  @Override
  public DataType type() {
    return AtomicType.BOOLEAN;
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
    Column column = operand.evaluate(input, context);
    boolean[] values = Flats.booleans(column);
    boolean[] out = new boolean[input.rows()];
    for (int i = 0; i < out.length; i++) {
      out[i] = !values[i];
    }
    return new BooleanColumn(AtomicType.BOOLEAN, out, Flats.validity(column), out.length);
  }

  @Override
  public String sql() {
    return "(NOT " + operand.sql() + ")";
  }
}
