package dev.sluice.operators.sql;

import dev.sluice.operators.plan.JoinType;
import java.util.List;
import java.util.Optional;

/** A whole query as written. */
record Query(
    List<With> with,
    Body body,
    List<Syntax.OrderItem> orderBy,
    boolean orderByAll,
    Optional<Syntax> limit,
    Optional<Syntax> rowOffset,
    int offset) {
  /** A query of nothing more. */
  static Query of(Body body) {
    return new Query(
        List.of(), body, List.of(), false, Optional.empty(), Optional.empty(), body.offset());
  }

  /** The same query where {@code all} after ORDER BY is a column. */
  Query withoutOrderByAll() {
    return new Query(with, body, orderBy, false, limit, rowOffset, offset);
  }

  /**
   * A named query in front.
   *
   * @param recursive whether it may name itself
   * @param levels how often it may then go on, if that is said; -1 is without end
   */
  record With(
      String name,
      List<String> columns,
      boolean recursive,
      Optional<Integer> levels,
      Query query,
      int offset) {}

  /** What a query does before it is sorted and cut. */
  sealed interface Body {
    int offset();
  }

  record Select(
      List<Syntax> items,
      boolean distinct,
      Optional<Relation> from,
      List<LateralView> views,
      Optional<Syntax> where,
      Optional<GroupBy> groupBy,
      Optional<Syntax> having,
      int offset)
      implements Body {
    Select withItems(List<Syntax> others) {
      return new Select(others, distinct, from, views, where, groupBy, having, offset);
    }
  }

  /**
   * {@code GROUP BY}; {@code sets} is what GROUPING SETS, CUBE and ROLLUP come to, if there are
   * any.
   */
  record GroupBy(List<Syntax> keys, boolean all, Optional<List<List<Syntax>>> sets, int offset) {}

  record SetOperation(String operator, boolean all, Body left, Body right, int offset)
      implements Body {}

  record Nested(Query query, int offset) implements Body {}

  /** {@code input |> pipe}. */
  record Piped(Body input, Pipe pipe, int offset) implements Body {}

  /** A relation that stands as a query: VALUES, TABLE t. */
  record Plain(Relation relation, int offset) implements Body {}

  /** What stands after FROM. */
  sealed interface Relation {
    int offset();
  }

  record Table(
      List<String> name,
      List<Property> options,
      Optional<String> alias,
      List<String> columns,
      int offset)
      implements Relation {}

  /** {@code key = value} behind WITH. */
  record Property(String key, int keyOffset, String value, int valueOffset) {}

  record Values(List<List<Syntax>> rows, Optional<String> alias, List<String> columns, int offset)
      implements Relation {}

  record Derived(Query query, Optional<String> alias, List<String> columns, int offset)
      implements Relation {}

  record TableFunction(Syntax.Call call, Optional<String> alias, List<String> columns, int offset)
      implements Relation {}

  /** {@code lateral}: the right side may name columns of the left one. */
  record Join(
      JoinType type,
      boolean natural,
      boolean lateral,
      Relation left,
      Relation right,
      Optional<Syntax> on,
      List<String> using,
      int offset)
      implements Relation {
    /** The same join under another condition. */
    Join on(Optional<Syntax> other) {
      return new Join(type, natural, lateral, left, right, other, using, offset);
    }
  }

  /** A column for each value, or combination of values, and each aggregate. */
  record Pivot(
      Relation input,
      List<Syntax> aggregates,
      List<Syntax> columns,
      List<Syntax> values,
      int offset)
      implements Relation {}

  /** A row for each of some columns; {@code nulls}: also where all values are null. */
  record Unpivot(
      Relation input,
      boolean nulls,
      List<String> values,
      String name,
      List<UnpivotColumns> columns,
      Optional<String> alias,
      int offset)
      implements Relation {}

  /** What makes one row: columns, and what they are called in it. */
  record UnpivotColumns(List<Syntax> columns, Optional<String> name, int offset) {}

  /** The first rows, or a part of them at random. */
  record Sample(
      Relation input, Optional<Syntax> rows, double fraction, Optional<Long> seed, int offset)
      implements Relation {}

  /** The rows before {@code |>}. */
  record Input(int offset) implements Relation {}

  record LateralView(
      Syntax.Call call, boolean outer, String alias, List<String> columns, int offset) {}
}
