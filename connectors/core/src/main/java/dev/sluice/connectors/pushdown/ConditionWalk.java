package dev.sluice.connectors.pushdown;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Comparison;
import dev.sluice.operators.expression.Comparison.Operator;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Folded;
import dev.sluice.operators.expression.InList;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.expression.Logic;
import dev.sluice.operators.expression.NullTest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Says the conditions of a query in the words of what is read, so that it passes rows over. It need
 * not say all: the query filters again, so a part of an AND that cannot be said is left out, and
 * what is said must hold for each row that the query keeps. Null stands for what cannot be said.
 *
 * @param <T> a condition in those words
 * @param <E> what asking about a column may throw
 */
public abstract class ConditionWalk<T, E extends Exception> {
  /** More values than these are not worth looking up one by one. */
  private static final int MOST_IN_LIST = 100;

  private static final Batch ONE_ROW = new Batch(Schema.EMPTY, List.of(), 1);

  /** All of these hold: at least one. */
  protected abstract T and(List<T> operands);

  /** One of these holds: at least one. */
  protected abstract T or(List<T> operands);

  /** The column is null, or is not. */
  protected abstract @Nullable T isNull(ColumnReference column, boolean not) throws E;

  /**
   * The column stands so to a value.
   *
   * @param value of the column's type, in the form of {@link Column#value}
   */
  protected abstract @Nullable T compare(ColumnReference column, Operator operator, Object value)
      throws E;

  /** The column is one of these values: at least one. */
  protected @Nullable T in(ColumnReference column, List<Object> values) throws E {
    List<T> terms = new ArrayList<>(values.size());
    for (Object value : values) {
      T term = compare(column, Operator.EQUAL, value);
      if (term == null) {
        return null;
      }
      terms.add(term);
    }
    return or(terms);
  }

  /** What can be said of conditions of which all hold. */
  public final @Nullable T all(List<Expression> conditions) throws E {
    List<T> terms = new ArrayList<>(conditions.size());
    for (Expression condition : conditions) {
      T term = of(condition);
      if (term != null) {
        terms.add(term);
      }
    }
    return terms.isEmpty() ? null : and(terms);
  }

  private @Nullable T any(List<Expression> conditions) throws E {
    List<T> terms = new ArrayList<>(conditions.size());
    for (Expression condition : conditions) {
      T term = of(condition);
      if (term == null) {
        return null;
      }
      terms.add(term);
    }
    return or(terms);
  }

  /** What can be said of one condition. */
  public final @Nullable T of(Expression condition) throws E {
    if (condition instanceof Logic logic) {
      return logic.and() ? all(logic.children()) : any(logic.children());
    }
    if (condition instanceof NullTest test
        && test.kind() == NullTest.Kind.NULL
        && test.operand() instanceof ColumnReference column) {
      return isNull(column, test.not());
    }
    if (condition instanceof Comparison comparison) {
      if (comparison.left() instanceof ColumnReference column) {
        return compared(column, comparison.operator(), comparison.right());
      }
      if (comparison.right() instanceof ColumnReference column) {
        return compared(column, mirrored(comparison.operator()), comparison.left());
      }
    }
    if (condition instanceof InList in && in.children().get(0) instanceof ColumnReference column) {
      return inList(column, in.children().subList(1, in.children().size()));
    }
    return null;
  }

  private @Nullable T compared(ColumnReference column, Operator operator, Expression other)
      throws E {
    Object value = constant(other);
    return value == null || operator == Operator.NULL_SAFE_EQUAL
        ? null
        : compare(column, operator, value);
  }

  private @Nullable T inList(ColumnReference column, List<Expression> list) throws E {
    if (list.isEmpty() || list.size() > MOST_IN_LIST) {
      return null;
    }
    List<Object> values = new ArrayList<>(list.size());
    for (Expression element : list) {
      Object value = constant(element);
      if (value == null) {
        return null;
      }
      values.add(value);
    }
    return in(column, values);
  }

  /** The value of a constant; null if it is null or no constant. */
  private static @Nullable Object constant(Expression expression) {
    if (!(expression instanceof Literal) && !(expression instanceof Folded)) {
      return null;
    }
    Column value = expression.evaluate(ONE_ROW, EvaluationContext.NONE);
    return value.isNull(0) ? null : value.value(0);
  }

  private static Operator mirrored(Operator operator) {
    return switch (operator) {
      case LESS -> Operator.GREATER;
      case LESS_OR_EQUAL -> Operator.GREATER_OR_EQUAL;
      case GREATER -> Operator.LESS;
      case GREATER_OR_EQUAL -> Operator.LESS_OR_EQUAL;
      case EQUAL, NULL_SAFE_EQUAL -> operator;
    };
  }
}
