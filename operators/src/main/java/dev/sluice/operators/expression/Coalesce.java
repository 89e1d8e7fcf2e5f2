package dev.sluice.operators.expression;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Validity;
import java.util.List;

/**
 * The first value that is not null; later operands are evaluated only where all before them are
 * null.
 */
public final class Coalesce implements Expression {
  private final List<Expression> operands;
  private final String sql;

  /** Operands have one type. */
  public Coalesce(List<Expression> operands, String sql) {
    this.operands = List.copyOf(operands);
    this.sql = sql;
  }

  @Override
  public DataType type() {
    return operands.get(0).type();
  }

  @Override
  public boolean nullable() {
    return operands.stream().allMatch(Expression::nullable);
  }

  @Override
  public List<Expression> children() {
    return operands;
  }

  @Override
  public Column evaluate(Batch input, EvaluationContext context) {
    int rows = input.rows();
    Column first = operands.get(0).evaluate(input, context);
    if (!first.mayHaveNulls()) {
      return first;
    }
    Pieces pieces = new Pieces(type(), rows);
    int[] open = new int[rows];
    for (int i = 0; i < rows; i++) {
      open[i] = i;
    }
    int count = rows;
    for (int k = 0; k < operands.size() && count > 0; k++) {
      Column values =
          k == 0 ? first : Lazily.evaluate(operands.get(k), input, open, count, context);
      Validity validity = Flats.validity(values);
      int[] known = new int[count];
      int[] positions = new int[count];
      int[] left = new int[count];
      int knownCount = 0;
      int leftCount = 0;
      for (int i = 0; i < count; i++) {
        if (validity.isValid(i)) {
          positions[knownCount] = i;
          known[knownCount++] = open[i];
        } else {
          left[leftCount++] = open[i];
        }
      }
      if (knownCount > 0) {
        pieces.add(
            knownCount == count ? values : values.select(positions, knownCount), known, knownCount);
      }
      open = left;
      count = leftCount;
    }
    return pieces.build();
  }

  @Override
  public String sql() {
    return sql;
  }
}
