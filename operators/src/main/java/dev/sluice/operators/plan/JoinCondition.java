package dev.sluice.operators.plan;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Comparison;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Folded;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.expression.Logic;
import dev.sluice.operators.expression.Renamed;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * The condition of a join taken apart. All expressions are bound to the columns of the left input
 * followed by those of the right one.
 *
 * @param keys the equalities between the two sides
 * @param others the conjuncts that are none, in their order
 * @param leftWidth how many columns the left input has
 * @param width how many columns both have
 */
public record JoinCondition(List<Key> keys, List<Expression> others, int leftWidth, int width) {
  /**
   * Expressions over one side each, of one type.
   *
   * @param nullSafe whether null equals null: {@code <=>}
   */
  public record Key(Expression left, Expression right, boolean nullSafe) {}

  public JoinCondition {
    keys = List.copyOf(keys);
    others = List.copyOf(others);
  }

  public static JoinCondition of(Rel.Join join) {
    int leftWidth = join.left().schema().size();
    int width = leftWidth + join.right().schema().size();
    List<Key> keys = new ArrayList<>();
    List<Expression> others = new ArrayList<>();
    for (Expression conjunct : conjuncts(join.condition())) {
      Optional<Key> key = key(conjunct, leftWidth, width);
      if (key.isPresent()) {
        keys.add(key.get());
      } else {
        others.add(conjunct);
      }
    }
    return new JoinCondition(keys, others, leftWidth, width);
  }

  /** The expressions that must all be true. */
  public static List<Expression> conjuncts(Expression condition) {
    List<Expression> found = new ArrayList<>();
    addConjuncts(condition, found);
    return found;
  }

  private static void addConjuncts(Expression condition, List<Expression> into) {
    Expression bare = condition instanceof Renamed renamed ? renamed.operand() : condition;
    if (bare instanceof Logic logic && logic.and()) {
      logic.children().forEach(child -> addConjuncts(child, into));
    } else {
      into.add(condition);
    }
  }

  /** The key that an equality between the two sides is. */
  public static Optional<Key> key(Expression conjunct, int leftWidth, int width) {
    if (!(conjunct instanceof Comparison equality)
        || equality.operator() != Comparison.Operator.EQUAL
            && equality.operator() != Comparison.Operator.NULL_SAFE_EQUAL
        || !equality.left().type().equals(equality.right().type())
        || !equality.deterministic()) {
      return Optional.empty();
    }
    BitSet first = references(equality.left(), width);
    BitSet second = references(equality.right(), width);
    boolean nullSafe = equality.operator() == Comparison.Operator.NULL_SAFE_EQUAL;
    if (isLeft(first, leftWidth) && isRight(second, leftWidth)) {
      return Optional.of(new Key(equality.left(), equality.right(), nullSafe));
    }
    if (isRight(first, leftWidth) && isLeft(second, leftWidth)) {
      return Optional.of(new Key(equality.right(), equality.left(), nullSafe));
    }
    return Optional.empty();
  }

  /** True if it reads columns of the left side, and of no other. */
  public boolean seesLeft(Expression expression) {
    return isLeft(references(expression, width), leftWidth);
  }

  /** True if it is false or null whatever the rows; what fails whatever the rows is not. */
  public static boolean isNever(Expression conjunct) {
    boolean constant =
        conjunct instanceof Literal || conjunct instanceof Folded || conjunct.foldable();
    if (!constant || conjunct.mayFail()) {
      return false;
    }
    Batch one = new Batch(Schema.EMPTY, List.of(), 1);
    return !Boolean.TRUE.equals(conjunct.evaluate(one, EvaluationContext.NONE).value(0));
  }

  /** True if it reads columns of the right side, and of no other. */
  public boolean seesRight(Expression expression) {
    return isRight(references(expression, width), leftWidth);
  }

  private static BitSet references(Expression expression, int width) {
    BitSet columns = new BitSet();
    ColumnReference.collect(expression, width, columns);
    return columns;
  }

  private static boolean isLeft(BitSet columns, int leftWidth) {
    return !columns.isEmpty() && columns.nextSetBit(leftWidth) < 0;
  }

  private static boolean isRight(BitSet columns, int leftWidth) {
    return !columns.isEmpty() && columns.nextSetBit(0) >= leftWidth;
  }
}
