package dev.sluice.operators.expression;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Validity;
import java.util.ArrayList;
import java.util.List;

/**
 * The result of the first branch whose condition is true. Each branch is evaluated only on the rows
 * that take it.
 */
public final class CaseWhen implements Expression {
  private final List<Expression> conditions;
  private final List<Expression> results;
  private final Expression otherwise;
  private final String sql;

  /** Results and {@code otherwise} have one type. */
  public CaseWhen(
      List<Expression> conditions, List<Expression> results, Expression otherwise, String sql) {
    this.conditions = List.copyOf(conditions);
    this.results = List.copyOf(results);
    this.otherwise = otherwise;
    this.sql = sql;
  }

  @Override
  public DataType type() {
    return otherwise.type();
  }

  @Override
  public boolean nullable() {
    return otherwise.nullable() || results.stream().anyMatch(Expression::nullable);
  }

  @Override
  public List<Expression> children() {
    List<Expression> all = new ArrayList<>(conditions);
    all.addAll(results);
    all.add(otherwise);
    return all;
  }

  @Override
  public Column evaluate(Batch input, EvaluationContext context) {
    int rows = input.rows();
    Pieces pieces = new Pieces(type(), rows);
    int[] open = new int[rows];
    for (int i = 0; i < rows; i++) {
      open[i] = i;
    }
    int count = rows;
    for (int k = 0; k < conditions.size() && count > 0; k++) {
      Column condition = Lazily.evaluate(conditions.get(k), input, open, count, context);
      boolean[] values = Flats.booleans(condition);
      Validity validity = Flats.validity(condition);
      int[] taken = new int[count];
      int[] left = new int[count];
      int takenCount = 0;
      int leftCount = 0;
      for (int i = 0; i < count; i++) {
        if (values[i] && validity.isValid(i)) {
          taken[takenCount++] = open[i];
        } else {
          left[leftCount++] = open[i];
        }
      }
      if (takenCount > 0) {
        pieces.add(
            Lazily.evaluate(results.get(k), input, taken, takenCount, context), taken, takenCount);
      }
      open = left;
      count = leftCount;
    }
    if (count > 0) {
      pieces.add(Lazily.evaluate(otherwise, input, open, count, context), open, count);
    }
    return pieces.build();
  }

  @Override
  public String sql() {
    return sql;
  }
}
