package dev.sluice.operators.sql;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.sql.syntax.Syntax;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Queries inside expressions that stand alone, computed while the query around them is planned and
 * put there as constants: for streams, since a value or the list of an {@code IN} is no table that
 * could stand beside one.
 */
final class ConstantQueries {
  private final QueryAnalyzer query;

  ConstantQueries(QueryAnalyzer query) {
    this.query = query;
  }

  /** Nothing if it names columns of the row around, or queries are not computed while planning. */
  Optional<Syntax> value(Syntax.Subquery subquery, Binder around) {
    if (query.constants().isEmpty()) {
      return Optional.empty();
    }
    Correlation learning = Correlation.with(around);
    Rel plan = query.inside(learning).plan(subquery.query()).rel();
    if (!learning.values().isEmpty()) {
      return Optional.empty();
    }
    int offset = subquery.offset();
    if (Moments.asked(subquery.query())) {
      throw query
          .text()
          .error(
              "UNSUPPORTED_SUBQUERY",
              offset,
              "a query inside an expression is computed once, before the stream starts: it cannot"
                  + " ask for the time, or be random",
              "write the expression itself, without SELECT");
    }
    if (subquery.kind() != Syntax.Subquery.Kind.EXISTS) {
      Subqueries.requireOneColumn(query.text(), subquery, plan.schema().fields());
    }
    List<Batch> batches = query.constants().get().rows(plan);
    int rows = batches.stream().mapToInt(Batch::rows).sum();
    return Optional.of(
        switch (subquery.kind()) {
          case EXISTS -> bool(rows > 0, offset);
          case IN -> in(subquery, plan.schema().field(0).type(), batches);
          case SCALAR -> {
            if (rows > 1) {
              throw query
                  .text()
                  .error(
                      "SCALAR_SUBQUERY_TOO_MANY_ROWS",
                      offset,
                      "a query in an expression gives one row, not " + rows,
                      null);
            }
            @Nullable Object value = rows == 0 ? null : values(batches).get(0);
            yield new Syntax.Constant(
                plan.schema().field(0).type(), value, "scalarsubquery()", offset);
          }
        });
  }

  private static Syntax in(Syntax.Subquery subquery, DataType type, List<Batch> batches) {
    List<Syntax> list = new ArrayList<>();
    int offset = subquery.offset();
    values(batches).forEach(v -> list.add(new Syntax.Constant(type, v, "listquery()", offset)));
    return list.isEmpty()
        ? bool(subquery.not(), offset)
        : new Syntax.In(subquery.operand().orElseThrow(), list, subquery.not(), offset);
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
