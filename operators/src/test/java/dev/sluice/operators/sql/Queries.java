package dev.sluice.operators.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.diagnostics.Problem;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.operator.QueryExecutor;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.testing.SqlTesting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Runs whole queries in tests, over tables that are queries themselves. */
final class Queries {
  private static final FunctionRegistry FUNCTIONS = FunctionRegistry.load();

  private final TreeMap<String, Rel> tables = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  /** A table of this name with the rows of a query. */
  Queries table(String name, String query) {
    Problems problems = new Problems();
    Rel rel = plan(query, problems).orElseThrow(() -> new AssertionError(problems.all()));
    tables.put(name, new Rel.Values(rel.schema(), QueryExecutor.execute(rel), Origin.NONE));
    return this;
  }

  private Optional<Rel> plan(String sql, Problems problems) {
    SelectPlanner.Tables known =
        new SelectPlanner.Tables() {
          @Override
          public Optional<Rel> table(String name) {
            return Optional.ofNullable(tables.get(name));
          }

          @Override
          public List<String> names() {
            return List.copyOf(tables.keySet());
          }
        };
    return new SelectPlanner(Session.DEFAULT, FUNCTIONS, problems, QueryExecutor::executeNow)
        .plan(SqlTesting.text(sql), known, Rel.Aggregate.Scope.BATCH, Origin.NONE);
  }

  Rel plan(String sql) {
    Problems problems = new Problems();
    return plan(sql, problems).orElseThrow(() -> new AssertionError(problems.all()));
  }

  /** The rows, values divided by commas. */
  List<String> rows(String sql) {
    List<String> rows = new ArrayList<>();
    for (Batch batch : QueryExecutor.execute(plan(sql))) {
      for (int i = 0; i < batch.rows(); i++) {
        int row = i;
        rows.add(
            String.join(
                ",", batch.columns().stream().map(c -> String.valueOf(c.value(row))).toList()));
      }
    }
    return rows;
  }

  /** The names of the columns. */
  List<String> names(String sql) {
    return plan(sql).schema().names();
  }

  /** What is wrong with a query, found before it runs. */
  String mistake(String sql) {
    Problems problems = new Problems();
    assertThat(plan(sql, problems)).as(sql).isEmpty();
    return String.join("\n", problems.all().stream().map(Problem::toString).toList());
  }
}
