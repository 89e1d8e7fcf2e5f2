package dev.sluice.operators.expression;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Schema;
import java.util.List;

/**
 * What a constant expression came to, computed once while the query was bound; it still shows as it
 * was written.
 */
public final class Folded implements Expression {
  private static final Batch ONE_ROW = new Batch(Schema.EMPTY, List.of(), 1);

  private final ConstantColumn one;
  private final Expression source;

  private Folded(ConstantColumn one, Expression source) {
    this.one = one;
    this.source = source;
  }

  /**
   * The constant that the expression is, or the expression if it is none or fails: then it fails
   * when, and if, a row needs it.
   */
  public static Expression of(Expression expression) {
    if (expression instanceof Literal || expression instanceof Folded) {
      return expression;
    }
    if (ofNull(expression)) {
      return nullOf(expression);
    }
    if (!expression.foldable()) {
      return expression;
    }
    try {
      Column value = expression.evaluate(ONE_ROW, EvaluationContext.NONE);
      return new Folded(new ConstantColumn(value.flatten(), 1), expression);
    } catch (EvaluationException e) {
      return expression;
    }
  }

  /**
   * NULL in the place of an expression of which a null operand makes NULL: the other operands are
   * not computed, and so do not fail. It still shows as it was written.
   */
  public static Expression nullOf(Expression expression) {
    return new Folded(ConstantColumn.of(expression.type(), null, 1), expression);
  }

  /** Whether it is known to be NULL without any row. */
  public static boolean isNull(Expression expression) {
    return expression instanceof Folded folded && folded.one.isNull(0)
        || expression instanceof Literal literal && literal.value() == null;
  }

  /** Of NULL nothing but NULL is made, whatever the other side is and even if it fails. */
  private static boolean ofNull(Expression expression) {
    boolean intolerant =
        expression instanceof Arithmetic
            || expression instanceof BitOperation
            || expression instanceof Like
            || expression instanceof Comparison comparison
                && comparison.operator() != Comparison.Operator.NULL_SAFE_EQUAL;
    return intolerant && expression.children().stream().anyMatch(Folded::isNull);
  }

  /** What was computed. */
  public Expression source() {
    return source;
  }

  @Override
  public DataType type() {
    return one.type();
  }

  @Override
  public boolean nullable() {
    return one.isNull(0);
  }

  @Override
  public List<Expression> children() {
    return List.of();
  }

  @Override
  public Column evaluate(Batch input, EvaluationContext context) {
    return one.resize(input.rows());
  }

  @Override
  public boolean foldable() {
    return true;
  }

  @Override
  public String sql() {
    return source.sql();
  }
}
