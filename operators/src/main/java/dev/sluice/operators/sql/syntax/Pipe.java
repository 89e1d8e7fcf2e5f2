package dev.sluice.operators.sql.syntax;

import java.util.List;
import java.util.Optional;

/** What {@code |>} does with the rows before it. */
public sealed interface Pipe {
  int offset();

  /** SELECT: a list without FROM. */
  record Choose(Query.Select select, int offset) implements Pipe {}

  /** EXTEND: columns behind those there are. */
  record Extend(List<Syntax> items, int offset) implements Pipe {}

  /** SET: other values for columns, one after the other. */
  record Assign(List<Syntax.Alias> values, int offset) implements Pipe {}

  record Drop(List<Syntax.Name> columns, int offset) implements Pipe {}

  /** AS: a name for the rows. */
  record Rename(String alias, int offset) implements Pipe {}

  record Where(Syntax condition, int offset) implements Pipe {}

  /** AGGREGATE ... GROUP BY: the keys, then the aggregates. */
  record Aggregate(List<Syntax> items, Optional<List<Syntax>> keys, int offset) implements Pipe {}

  /** A join whose left side is {@link Query.Input}. */
  record Joined(Query.Join join, int offset) implements Pipe {}

  /** PIVOT, UNPIVOT or TABLESAMPLE of {@link Query.Input}. */
  record Shaped(Query.Relation relation, int offset) implements Pipe {}

  /** UNION and its like, whose left side is {@link Query.Input}. */
  record Combined(Query.SetOperation operation, int offset) implements Pipe {}

  /** ORDER BY, LIMIT and OFFSET of all columns of {@link Query.Input}. */
  record Arranged(Query query, int offset) implements Pipe {}
}
