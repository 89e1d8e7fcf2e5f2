package dev.sluice.operators.expression;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.CollatedType;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import java.util.List;

/**
 * A string under another collation: the same bytes. {@code explicit} if a query says so with {@code
 * COLLATE}, which outweighs all other collations.
 */
public record Collated(Expression operand, DataType type, boolean explicit, String sql)
    implements Expression {
  /** The string under the collation of another type; a constant is shown with it. */
  public static Expression retyped(Expression operand, DataType type) {
    if (operand.type().equals(type)) {
      return operand;
    }
    boolean constant = operand instanceof Literal literal && literal.value() instanceof String;
    String sql =
        constant && type instanceof CollatedType collated
            ? "'" + operand.sql() + "' collate " + collated.collation()
            : operand.sql();
    return Folded.of(new Collated(operand, type, false, sql));
  }

  /** The value; a collated string as one without a collation. */
  public static Expression plain(Expression operand) {
    return operand.type() instanceof CollatedType ? retyped(operand, AtomicType.STRING) : operand;
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
    if (operand.type() == AtomicType.NULL) {
      return Casts.nulls(type, input.rows());
    }
    if (column instanceof dev.sluice.operators.data.ConstantColumn constant) {
      return new dev.sluice.operators.data.ConstantColumn(
          Casts.retyped((BytesColumn) constant.one(), type), input.rows());
    }
    return Casts.retyped((BytesColumn) column.flatten(), type);
  }
}
