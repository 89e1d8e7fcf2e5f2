package dev.sluice.operators.plan;

import dev.sluice.operators.expression.Expression;

/** One key of a sort. Spark's default: ascending with nulls first, descending with nulls last. */
public record SortOrder(Expression expression, boolean ascending, boolean nullsFirst) {
  /** Ascending, nulls first. */
  public static SortOrder ascending(Expression key) {
    return new SortOrder(key, true, true);
  }

  public String sql() {
    return expression.sql()
        + (ascending ? " ASC" : " DESC")
        + (nullsFirst ? " NULLS FIRST" : " NULLS LAST");
  }
}
