package dev.sluice.operators.sql.syntax;

import dev.sluice.operators.plan.JoinType;
import java.util.List;
import java.util.Optional;

/** A whole query as written. */
public record Query(
    List<With> with,
    Body body,
    List<Syntax.OrderItem> orderBy,
    boolean orderByAll,
    Optional<Syntax> limit,
    Optional<Syntax> rowOffset,
    int offset) {
  /** A query of nothing more. */
  public static Query of(Body body) {
    return new Query(
        List.of(), body, List.of(), false, Optional.empty(), Optional.empty(), body.offset());
  }

  /** The same query where {@code all} after ORDER BY is a column. */
  public Query withoutOrderByAll() {
    return new Query(with, body, orderBy, false, limit, rowOffset, offset);
  }

  /**
   * A named query in front.
   *
   * @param recursive whether it may name itself
   * @param levels how often it may then go on, if that is said; -1 is without end
   */
  public record With(
      String name,
      List<String> columns,
      boolean recursive,
      Optional<Integer> levels,
      Query query,
      int offset) {}

  /** What a query does before it is sorted and cut. */
  public sealed interface Body {
    int offset();
  }

  public record Select(
      List<Syntax> items,
      boolean distinct,
      Optional<Relation> from,
      List<LateralView> views,
      Optional<Syntax> where,
      Optional<GroupBy> groupBy,
      Optional<Syntax> having,
      int offset)
      implements Body {
    public Select withItems(List<Syntax> others) {
      return new Select(others, distinct, from, views, where, groupBy, having, offset);
    }
  }

  /**
   * {@code GROUP BY}; {@code sets} is what GROUPING SETS, CUBE and ROLLUP come to, if there are
   * any.
   */
  public record GroupBy(
      List<Syntax> keys, boolean all, Optional<List<List<Syntax>>> sets, int offset) {}

  public record SetOperation(String operator, boolean all, Body left, Body right, int offset)
      implements Body {}

  public record Nested(Query query, int offset) implements Body {}

  /** {@code input |> pipe}. */
  public record Piped(Body input, Pipe pipe, int offset) implements Body {}

  /** A relation that stands as a query: VALUES, TABLE t. */
  public record Plain(Relation relation, int offset) implements Body {}

  /** What stands after FROM. */
  public sealed interface Relation {
    int offset();
  }

  public record Table(
      List<String> name,
      List<Property> options,
      Optional<String> alias,
      List<String> columns,
      int offset)
      implements Relation {}

  /** {@code key = value} behind WITH. */
  public record Property(String key, int keyOffset, String value, int valueOffset) {}

  public record Values(
      List<List<Syntax>> rows, Optional<String> alias, List<String> columns, int offset)
      implements Relation {}

  public record Derived(Query query, Optional<String> alias, List<String> columns, int offset)
      implements Relation {}

  public record TableFunction(
      Syntax.Call call, Optional<String> alias, List<String> columns, int offset)
      implements Relation {}

  /** {@code lateral}: the right side may name columns of the left one. */
  public record Join(
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
    public Join on(Optional<Syntax> other) {
      return new Join(type, natural, lateral, left, right, other, using, offset);
    }
  }

  /** A column for each value, or combination of values, and each aggregate. */
  public record Pivot(
      Relation input,
      List<Syntax> aggregates,
      List<Syntax> columns,
      List<Syntax> values,
      int offset)
      implements Relation {}

  /** A row for each of some columns; {@code nulls}: also where all values are null. */
  public record Unpivot(
      Relation input,
      boolean nulls,
      List<String> values,
      String name,
      List<UnpivotColumns> columns,
      Optional<String> alias,
      int offset)
      implements Relation {}

  /** What makes one row: columns, and what they are called in it. */
  public record UnpivotColumns(List<Syntax> columns, Optional<String> name, int offset) {}

  /** The first rows, or a part of them at random. */
  public record Sample(
      Relation input, Optional<Syntax> rows, double fraction, Optional<Long> seed, int offset)
      implements Relation {}

  /** The rows before {@code |>}. */
  public record Input(int offset) implements Relation {}

  public record LateralView(
      Syntax.Call call, boolean outer, String alias, List<String> columns, int offset) {}
}
