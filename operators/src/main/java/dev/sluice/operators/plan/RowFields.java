package dev.sluice.operators.plan;

import dev.sluice.operators.expression.Access;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Expression;
import java.util.BitSet;

/** Which fields of {@code row} an expression of a {@link StateProgram} reads. */
final class RowFields {
  private RowFields() {}

  /**
   * @param count how many fields there are: all are read where the row is used as a whole
   */
  static void add(Expression expression, int count, BitSet into) {
    if (expression instanceof Access.StructField field && isRow(field.struct())) {
      into.set(field.index());
    } else if (isRow(expression)) {
      into.set(0, count);
    } else {
      expression.children().forEach(child -> add(child, count, into));
    }
  }

  private static boolean isRow(Expression expression) {
    return expression instanceof ColumnReference column && column.index() == StateProgram.ROW;
  }
}
