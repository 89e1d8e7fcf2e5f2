package dev.sluice.operators.expression;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Validity;
import java.util.ArrayList;
import java.util.List;

/**
 * The result of the first branch whose condition is true. Each branch is evaluated only on the rows
 * that take it, unless it is so cheap that looking for those rows would cost more, and cannot fail.
 */
public final class CaseWhen implements Expression {
  private final List<Expression> conditions;
  private final List<Expression> results;
  private final Expression otherwise;
  private final String sql;
  private final boolean blended;

  /** Results and {@code otherwise} have one type. */
  public CaseWhen(
      List<Expression> conditions, List<Expression> results, Expression otherwise, String sql) {
    this.conditions = List.copyOf(conditions);
    this.results = List.copyOf(results);
    this.otherwise = otherwise;
    this.sql = sql;
    this.blended =
        Blend.knows(otherwise.type())
            && conditions.stream().allMatch(CaseWhen::cheap)
            && results.stream().allMatch(CaseWhen::value)
            && value(otherwise);
  }

  /** There already, or a constant. */
  private static boolean value(Expression expression) {
    return expression instanceof ColumnReference
        || expression instanceof Literal
        || expression instanceof Folded;
  }

  /** A comparison of such values, a test of one, or a few of these. */
  private static boolean cheap(Expression expression) {
    return value(expression)
        || (expression instanceof Comparison
                || expression instanceof NullTest
                || expression instanceof Not
                || expression instanceof Logic)
            && !expression.mayFail()
            && expression.children().stream().allMatch(CaseWhen::cheap);
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
    if (blended) {
      Blend blend = new Blend(otherwise.evaluate(input, context), input.rows());
      // The first branch that is taken counts, so it goes on top.
      for (int k = conditions.size() - 1; k >= 0; k--) {
        blend.put(
            conditions.get(k).evaluate(input, context), results.get(k).evaluate(input, context));
      }
      return blend.build();
    }
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
        // To both, and one of them forgets it: the processor cannot guess which.
        int step = values[i] && validity.isValid(i) ? 1 : 0;
        taken[takenCount] = open[i];
        left[leftCount] = open[i];
        takenCount += step;
        leftCount += 1 - step;
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
