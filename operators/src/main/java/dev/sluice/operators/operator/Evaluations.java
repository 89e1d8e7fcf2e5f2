package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Folded;
import dev.sluice.operators.expression.Like;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.function.Refusals;
import dev.sluice.operators.function.ScalarCall;
import dev.sluice.operators.plan.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Evaluates the expressions of a node, equal ones once. Immutable. */
final class Evaluations {
  private static final Batch ONE_ROW = new Batch(Schema.EMPTY, List.of(), 1);

  private final List<Expression> distinct = new ArrayList<>();
  private final int[] places;
  private final Origin origin;

  Evaluations(List<Expression> expressions, Origin origin) {
    this.origin = origin;
    this.places = new int[expressions.size()];
    for (int i = 0; i < places.length; i++) {
      places[i] = place(expressions.get(i));
    }
  }

  private int place(Expression expression) {
    for (int i = 0; i < distinct.size(); i++) {
      if (same(distinct.get(i), expression)) {
        return i;
      }
    }
    distinct.add(expression);
    return distinct.size() - 1;
  }

  /** One column an expression, in order. */
  List<Column> evaluate(Batch input, EvaluationContext context) {
    Column[] columns = new Column[distinct.size()];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = evaluate(distinct.get(i), input, context, origin);
    }
    List<Column> result = new ArrayList<>(places.length);
    for (int place : places) {
      result.add(columns[place]);
    }
    return result;
  }

  /** Evaluates one expression; a value that breaks it is reported with the step it stands in. */
  static Column evaluate(
      Expression expression, Batch input, EvaluationContext context, Origin origin) {
    try {
      return expression.evaluate(input, context);
    } catch (EvaluationException e) {
      throw Failures.of(e, expression, input, context, origin);
    }
  }

  /** Whether fewer rows at a time may do for what failed. */
  static boolean halvesHelp(PipelineException e, Batch input) {
    return e.code().equals(Refusals.TOO_LARGE) && input.rows() > 1;
  }

  /** True if they certainly give the same values, so that one evaluation does for both. */
  static boolean same(Expression a, Expression b) {
    if (a == b) {
      return a.deterministic();
    }
    if (a.getClass() != b.getClass() || !a.type().equals(b.type()) || !a.deterministic()) {
      return false;
    }
    if (a instanceof ColumnReference reference) {
      return reference.index() == ((ColumnReference) b).index();
    }
    if (a instanceof Literal || a instanceof Folded) {
      return Objects.deepEquals(
          a.evaluate(ONE_ROW, EvaluationContext.NONE).value(0),
          b.evaluate(ONE_ROW, EvaluationContext.NONE).value(0));
    }
    if (a instanceof ScalarCall call && !call.settings().equals(((ScalarCall) b).settings())) {
      return false;
    }
    if (a instanceof Like like && like.escape() != ((Like) b).escape()) {
      return false;
    }
    List<Expression> left = a.children();
    List<Expression> right = b.children();
    if (left.size() != right.size() || !b.deterministic() || !a.sql().equals(b.sql())) {
      return false;
    }
    for (int i = 0; i < left.size(); i++) {
      if (!same(left.get(i), right.get(i))) {
        return false;
      }
    }
    return true;
  }
}
