package dev.sluice.operators.plan;

import dev.sluice.operators.data.StructType;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Renamed;
import dev.sluice.operators.function.EventTimeCarrier;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * Which columns are windows: made by {@code window} or {@code session_window}, and passed on as
 * they are. A struct that only looks like one is none, as for Spark, which marks the attribute.
 */
public final class WindowColumns {
  private WindowColumns() {}

  /** The columns of a node's result that are windows. */
  public static BitSet of(Rel rel) {
    if (rel instanceof Rel.TransformWithState || rel.inputs().isEmpty()) {
      return new BitSet();
    }
    if (rel instanceof Rel.Project project) {
      return through(project.expressions(), of(project.input()));
    }
    if (rel instanceof Rel.Aggregate aggregate) {
      return through(aggregate.keys(), of(aggregate.input()));
    }
    BitSet windows = of(rel.inputs().get(0));
    if (rel instanceof Rel.Generate generate
        && generate.generator() instanceof EventTimeCarrier carrier
        && carrier.eventTime().isPresent()) {
      windows.set(generate.input().schema().size());
    }
    return rel instanceof Rel.Join join && join.type().givesRight() ? pair(join) : windows;
  }

  /** Of the columns that the expressions of a node see. */
  private static BitSet seen(Rel rel) {
    if (rel instanceof Rel.Join join) {
      return pair(join);
    }
    return rel.inputs().isEmpty() ? new BitSet() : of(rel.inputs().get(0));
  }

  private static BitSet pair(Rel.Join join) {
    BitSet windows = of(join.left());
    int width = join.left().schema().size();
    of(join.right()).stream().forEach(column -> windows.set(width + column));
    return windows;
  }

  private static BitSet through(List<NamedExpression> expressions, BitSet input) {
    BitSet windows = new BitSet();
    for (int i = 0; i < expressions.size(); i++) {
      windows.set(i, isWindow(expressions.get(i).expression(), input));
    }
    return windows;
  }

  private static boolean isWindow(Expression expression, BitSet input) {
    if (expression instanceof ColumnReference column) {
      return input.get(column.index());
    }
    if (expression instanceof Renamed renamed) {
      return isWindow(renamed.operand(), input);
    }
    return expression instanceof EventTimeCarrier && expression.type() instanceof StructType;
  }

  /**
   * The first part of an expression of a node that asks for the time of a window, of what is none.
   */
  public static Optional<Expression> misused(Rel rel, Expression expression) {
    if (isTimeOfWindow(expression)) {
      Expression window = ((EventTimeCarrier) expression).eventTime().orElseThrow();
      return isWindow(window, seen(rel)) ? Optional.empty() : Optional.of(expression);
    }
    for (Expression child : expression.children()) {
      Optional<Expression> found = misused(rel, child);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static boolean isTimeOfWindow(Expression expression) {
    return expression instanceof EventTimeCarrier carrier
        && !(expression.type() instanceof StructType)
        && carrier.eventTime().isPresent();
  }
}
