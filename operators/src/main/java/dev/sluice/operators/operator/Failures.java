package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.diagnostics.EvaluationFailure;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.expression.Cast;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.expression.ValueText;
import dev.sluice.operators.function.Aggregation;
import dev.sluice.operators.function.Generator;
import dev.sluice.operators.plan.NamedWindowing;
import dev.sluice.operators.plan.Origin;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * Finds out, after a value broke an expression, which part of it failed and on what: by evaluating
 * it again on that one row. Nothing is kept for this while all goes well.
 */
final class Failures {
  private static final int LONGEST_VALUE = 60;
  private static final int MOST_COLUMNS = 20;

  private Failures() {}

  /** {@code e} came from evaluating {@code expression} over {@code input}. */
  static EvaluationFailure of(
      EvaluationException e,
      Expression expression,
      Batch input,
      EvaluationContext context,
      Origin origin) {
    if (e.row() < 0 || e.row() >= input.rows()) {
      return new EvaluationFailure(
          e.code(),
          fact(e),
          place(List.of(expression), origin),
          origin.label(),
          expression.sql(),
          List.of(),
          e);
    }
    Batch row = input.slice(e.row(), e.row() + 1);
    List<Expression> path = new ArrayList<>();
    descend(expression, row, context, e, path);
    int last = path.size() - 1;
    while (last > 0 && isImplicitCast(path.get(last))) {
      last--;
    }
    Expression culprit = path.get(last);
    BitSet used = new BitSet();
    ColumnReference.collect(expression, row.schema().size(), used);
    return new EvaluationFailure(
        e.code(),
        fact(e),
        place(path, origin),
        origin.label(),
        culprit.sql() + operands(culprit, row, context),
        values(row, used),
        e);
  }

  /** As above, of a generator: one of its arguments failed, or it by itself. */
  static EvaluationFailure of(
      EvaluationException e,
      Generator generator,
      Batch input,
      EvaluationContext context,
      Origin origin) {
    for (Expression argument : generator.arguments()) {
      try {
        argument.evaluate(input, context);
      } catch (EvaluationException again) {
        return of(again, argument, input, context, origin);
      }
    }
    return new EvaluationFailure(
        e.code(),
        fact(e),
        place(generator.arguments(), origin),
        origin.label(),
        generator.sql(),
        List.of(),
        e);
  }

  /** A failure of an aggregate function, which no single row explains. */
  static EvaluationFailure of(EvaluationException e, Aggregation aggregation, Origin origin) {
    return new EvaluationFailure(
        e.code(),
        fact(e),
        place(aggregation.arguments(), origin),
        origin.label(),
        aggregation.sql(),
        List.of(),
        e);
  }

  /** A failure of a window function. */
  static EvaluationFailure of(EvaluationException e, NamedWindowing windowing, Origin origin) {
    return new EvaluationFailure(
        e.code(),
        fact(e),
        place(windowing.function().arguments(), origin),
        origin.label(),
        windowing.function().sql(),
        List.of(),
        e);
  }

  private static String fact(EvaluationException e) {
    return String.valueOf(e.getMessage());
  }

  /** It shows as its operand does. */
  private static boolean isImplicitCast(Expression expression) {
    return expression instanceof Cast cast && cast.sql().equals(cast.operand().sql());
  }

  /** From the whole expression down to the part that fails by itself. */
  private static void descend(
      Expression expression,
      Batch row,
      EvaluationContext context,
      EvaluationException failure,
      List<Expression> path) {
    path.add(expression);
    for (Expression child : expression.children()) {
      try {
        child.evaluate(row, context);
      } catch (EvaluationException e) {
        if (e.code().equals(failure.code()) && fact(e).equals(fact(failure))) {
          descend(child, row, context, failure, path);
          return;
        }
      } catch (RuntimeException e) {
        // The body of a lambda, which sees more columns than there are here.
      }
    }
  }

  /** What is known of the innermost part; of an implicit cast, where its operand stands. */
  private static SourcePosition place(List<Expression> path, Origin origin) {
    for (int i = path.size() - 1; i >= 0; i--) {
      Expression part = path.get(i);
      Optional<SourcePosition> found = origin.places().find(part);
      if (found.isEmpty() && part instanceof Cast cast) {
        found = origin.places().find(cast.operand());
      }
      if (found.isPresent()) {
        return found.get();
      }
    }
    return origin.at();
  }

  private static String operands(Expression culprit, Batch row, EvaluationContext context) {
    List<String> known = new ArrayList<>();
    for (Expression child : culprit.children()) {
      if (child.foldable() || child.sql().equals(culprit.sql())) {
        continue;
      }
      try {
        Column value = child.evaluate(row, context);
        known.add(child.sql() + " = " + text(value));
      } catch (RuntimeException e) {
        // It says nothing then.
      }
    }
    return known.isEmpty() ? "" : ", where " + String.join(", ", known);
  }

  /** The columns that the expression uses, and others that are there, in their order. */
  private static List<String> values(Batch row, BitSet used) {
    List<String> values = new ArrayList<>();
    int others = MOST_COLUMNS - used.cardinality();
    int visible = row.schema().visible().size();
    for (int i = 0; i < row.columns().size(); i++) {
      Column column = row.column(i);
      // A column that no step needs is not read: it looks like one null.
      boolean absent = column instanceof ConstantColumn && column.isNull(0);
      if (used.get(i) || i < visible && !absent && others-- > 0) {
        values.add(row.schema().uncovered().field(i).name() + ": " + text(column));
      }
    }
    return values;
  }

  private static String text(Column column) {
    if (column.isNull(0)) {
      return "NULL";
    }
    FlatColumn flat = column.flatten();
    StringBuilder out = new StringBuilder();
    ValueText.of(column.type(), Session.DEFAULT).append(flat, 0, out);
    if (out.length() > LONGEST_VALUE) {
      out.setLength(LONGEST_VALUE - 3);
      out.append("...");
    }
    return out.toString();
  }
}
