package dev.sluice.operators.optimizer;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.Arithmetic;
import dev.sluice.operators.expression.Cast;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Comparison;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Like;
import dev.sluice.operators.expression.Negate;
import dev.sluice.operators.expression.Not;
import dev.sluice.operators.expression.NullTest;
import dev.sluice.operators.expression.Renamed;
import dev.sluice.operators.expression.TimeArithmetic;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** What conditions say about nulls. */
final class NullRules {
  private NullRules() {}

  /** Adds columns that cannot be null where a condition is true. */
  static void addNeverNull(Expression condition, int width, BitSet into) {
    boolean isNotNull =
        condition instanceof NullTest test && test.kind() == NullTest.Kind.NULL && test.not();
    if (condition instanceof ColumnReference column) {
      if (column.index() < width) {
        into.set(column.index());
      }
    } else if (isNotNull || passesNullOn(condition)) {
      condition.children().forEach(child -> addNeverNull(child, width, into));
    }
  }

  /** Null if any operand is. */
  private static boolean passesNullOn(Expression expression) {
    return expression instanceof Comparison comparison
            && comparison.operator() != Comparison.Operator.NULL_SAFE_EQUAL
        || expression instanceof Arithmetic
        || expression instanceof TimeArithmetic
        || expression instanceof Negate
        || expression instanceof Not
        || expression instanceof Like
        || expression instanceof Cast
        || expression instanceof Renamed;
  }

  /** True if a row of nothing but nulls does not pass. */
  static boolean rejectsNulls(Expression condition, Schema rows) {
    if (!condition.deterministic()) {
      return false;
    }
    List<Column> nulls = new ArrayList<>(rows.size());
    for (Field field : rows.fields()) {
      nulls.add(ConstantColumn.of(field.type(), null, 1));
    }
    try {
      Column value = condition.evaluate(new Batch(rows, nulls, 1), EvaluationContext.NONE);
      return !Boolean.TRUE.equals(value.value(0));
    } catch (EvaluationException e) {
      return false;
    }
  }
}
