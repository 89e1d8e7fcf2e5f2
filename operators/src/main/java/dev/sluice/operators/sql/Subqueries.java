package dev.sluice.operators.sql;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.plan.Rel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Queries inside expressions, computed while the query around them is planned and put there as
 * constants. Only those that stand alone: a name of the query around is unknown to them.
 */
final class Subqueries {
  private final QueryAnalyzer query;
  private final Optional<SelectPlanner.SubqueryRunner> runner;
  private final SyntaxRewrite rewrite = new SyntaxRewrite(this::constant);

  Subqueries(QueryAnalyzer query, Optional<SelectPlanner.SubqueryRunner> runner) {
    this.query = query;
    this.runner = runner;
  }

  Query.Select replace(Query.Select select) {
    if (runner.isEmpty()) {
      return select;
    }
    Optional<Query.GroupBy> groupBy =
        select
            .groupBy()
            .map(g -> new Query.GroupBy(rewrite.all(g.keys()), g.all(), g.sets(), g.offset()));
    boolean keysUnclear = select.groupBy().isPresent() && select.groupBy().get().all();
    return new Query.Select(
        keysUnclear ? select.items() : rewrite.all(select.items()),
        select.distinct(),
        select.from(),
        select.views(),
        select.where().map(rewrite::apply),
        groupBy,
        select.having().map(rewrite::apply),
        select.offset());
  }

  List<Syntax.OrderItem> replaceOrder(List<Syntax.OrderItem> items) {
    if (runner.isEmpty()) {
      return items;
    }
    return items.stream()
        .map(
            o -> new Syntax.OrderItem(rewrite.apply(o.expression()), o.ascending(), o.nullsFirst()))
        .toList();
  }

  private Optional<Syntax> constant(Syntax syntax) {
    if (!(syntax instanceof Syntax.Subquery subquery) || runner.isEmpty()) {
      return Optional.empty();
    }
    Rel plan = query.plan(subquery.query());
    int offset = subquery.offset();
    if (!subquery.kind().equals("EXISTS") && plan.schema().size() != 1) {
      throw query
          .text()
          .error(
              "INVALID_SUBQUERY_EXPRESSION.SCALAR_SUBQUERY_RETURN_MORE_THAN_ONE_OUTPUT_COLUMN",
              offset,
              "a query in an expression gives one column, not " + plan.schema().size(),
              null);
    }
    List<Batch> batches = runner.get().rows(plan);
    int rows = batches.stream().mapToInt(Batch::rows).sum();
    switch (subquery.kind()) {
      case "EXISTS" -> {
        return Optional.of(bool(rows > 0, offset));
      }
      case "IN" -> {
        List<Syntax> list = new ArrayList<>();
        DataType type = plan.schema().field(0).type();
        values(batches).forEach(v -> list.add(new Syntax.Constant(type, v, "listquery()", offset)));
        Syntax operand = rewrite.apply(subquery.operand().orElseThrow());
        return Optional.of(
            list.isEmpty()
                ? bool(subquery.not(), offset)
                : new Syntax.In(operand, list, subquery.not(), offset));
      }
      default -> {
        if (rows > 1) {
          throw query
              .text()
              .error(
                  "SCALAR_SUBQUERY_TOO_MANY_ROWS",
                  offset,
                  "a query in an expression gives one row, not " + rows,
                  null);
        }
        DataType type = plan.schema().field(0).type();
        @Nullable Object value = rows == 0 ? null : values(batches).get(0);
        return Optional.of(new Syntax.Constant(type, value, "scalarsubquery()", offset));
      }
    }
  }

  private static Syntax bool(boolean value, int offset) {
    return new Syntax.Constant(AtomicType.BOOLEAN, value, "exists()", offset);
  }

  private static List<@Nullable Object> values(List<Batch> batches) {
    List<@Nullable Object> values = new ArrayList<>();
    for (Batch batch : batches) {
      for (int i = 0; i < batch.rows(); i++) {
        values.add(batch.column(0).value(i));
      }
    }
    return values;
  }
}
