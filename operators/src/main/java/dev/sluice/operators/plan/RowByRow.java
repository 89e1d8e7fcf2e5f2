package dev.sluice.operators.plan;

import dev.sluice.operators.expression.Expression;

/**
 * Whether what comes of a row depends on that row alone, and not on which others share its batch.
 */
public final class RowByRow {
  private RowByRow() {}

  /**
   * True if batches of a stream may be cut anywhere without changing the rows that come out, but
   * for what is the time of a batch. Random values are drawn by batch, too.
   */
  public static boolean holds(Rel rel) {
    return !Rel.streams(rel) || of(rel) && rel.inputs().stream().allMatch(RowByRow::holds);
  }

  private static boolean of(Rel rel) {
    if (rel instanceof Rel.Filter filter) {
      return filter.condition().deterministic();
    } else if (rel instanceof Rel.Project project) {
      return project.expressions().stream()
          .map(NamedExpression::expression)
          .allMatch(Expression::deterministic);
    } else if (rel instanceof Rel.Join join) {
      return join.condition().deterministic() && withTable(join);
    } else if (rel instanceof Rel.Generate generate) {
      return generate.generator().arguments().stream().allMatch(Expression::deterministic);
    }
    return rel instanceof Rel.Read
        || rel instanceof Rel.Values
        || rel instanceof Rel.Union
        || rel instanceof Rel.Watermark;
  }

  /** Each row of the stream is looked up by itself. */
  private static boolean withTable(Rel.Join join) {
    if (Rel.streams(join.left())) {
      return !Rel.streams(join.right()) && !join.type().keepsRight();
    }
    JoinType type = join.type();
    return type == JoinType.INNER || type == JoinType.CROSS || type == JoinType.RIGHT_OUTER;
  }
}
