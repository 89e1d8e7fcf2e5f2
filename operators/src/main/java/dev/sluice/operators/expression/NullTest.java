package dev.sluice.operators.expression;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Validity;
import java.util.List;

/**
 * {@code IS NULL}, {@code IS TRUE} and their negations: never null. {@code sql} is what Spark
 * shows.
 */
public record NullTest(Expression operand, Kind kind, boolean not, String sql)
    implements Expression {
  /** What is asked. */
  public enum Kind {
    NULL,
    TRUE,
    FALSE
  }

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
    return List.of(operand);
  }

  @Override
  public Column evaluate(Batch input, EvaluationContext context) {
    Column column = operand.evaluate(input, context);
    Validity validity = Flats.validity(column);
    boolean[] out = new boolean[input.rows()];
    boolean[] values = kind == Kind.NULL ? out : Flats.booleans(column);
    for (int i = 0; i < out.length; i++) {
      boolean holds =
          switch (kind) {
            case NULL -> validity.isNull(i);
            case TRUE -> validity.isValid(i) && values[i];
            case FALSE -> validity.isValid(i) && !values[i];
          };
      out[i] = holds != not;
    }
    return new BooleanColumn(AtomicType.BOOLEAN, out, Validity.ALL, out.length);
  }
}
