package dev.sluice.operators.optimizer;

import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.MapColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.Expression;
import java.util.List;

/** Whether an array or a map has any element: false for a null. */
record HasElements(Expression collection) implements Expression {
  @Override
  public DataType type() {
    return AtomicType.BOOLEAN;
  }

  @Override
  public boolean nullable() {
    return false;
  }

  @Override
  public List<Expression> children() {
    return List.of(collection);
  }

  @Override
  public Column evaluate(Batch input, EvaluationContext context) {
    FlatColumn column = collection.evaluate(input, context).flatten();
    int[] lengths =
        column instanceof MapColumn maps ? maps.lengths() : ((ArrayColumn) column).lengths();
    Validity validity = column.validity();
    boolean[] has = new boolean[input.rows()];
    for (int row = 0; row < has.length; row++) {
      has[row] = validity.isValid(row) && lengths[row] > 0;
    }
    return new BooleanColumn(AtomicType.BOOLEAN, has, Validity.ALL, has.length);
  }

  @Override
  public String sql() {
    return "(size(" + collection.sql() + ") > 0)";
  }
}
