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
import org.junit.jupiter.api.Test;

class SelectPlannerTest {
  private static final String T =
      " FROM VALUES (1, 'a', 10), (2, 'b', 20), (3, 'a', 30) AS t(id, k, v)";

  private final Problems problems = new Problems();

  private Optional<Rel> plan(String sql) {
    return new SelectPlanner(
            Session.DEFAULT, FunctionRegistry.load(), problems, QueryExecutor::executeNow)
        .plan(
            SqlTesting.text(sql),
            SelectPlanner.Tables.NONE,
            Rel.Aggregate.Scope.BATCH,
            Origin.NONE);
  }

  private List<String> rows(String sql) {
    Rel plan = plan(sql).orElseThrow(() -> new AssertionError(problems.all()));
    List<String> rows = new ArrayList<>();
    for (Batch batch : QueryExecutor.execute(plan)) {
      for (int i = 0; i < batch.rows(); i++) {
        int row = i;
        rows.add(
            String.join(
                ",", batch.columns().stream().map(c -> String.valueOf(c.value(row))).toList()));
      }
    }
    return rows;
  }

  private String mistake(String sql) {
    assertThat(plan(sql)).isEmpty();
    return String.join("\n", problems.all().stream().map(Problem::toString).toList());
  }

  @Test
  void selectsFiltersAndSorts() {
    assertThat(rows("SELECT id, upper(k) AS u" + T + " WHERE v > 10 ORDER BY v DESC"))
        .containsExactly("3,A", "2,B");
    assertThat(rows("SELECT *" + T + " ORDER BY id LIMIT 1")).containsExactly("1,a,10");
    assertThat(rows("SELECT * EXCEPT (k), v + 1 AS w, w * 2" + T + " WHERE id = 1"))
        .containsExactly("1,10,11,22");
    assertThat(rows("SELECT DISTINCT k" + T + " ORDER BY 1")).containsExactly("a", "b");
  }

  @Test
  void groupsByExpressionsAliasesPlacesAndAll() {
    String expected = "[a,40,2, b,20,1]";
    for (String by : List.of("k", "1", "ALL", "key")) {
      assertThat(
              rows("SELECT k AS key, sum(v), count(*)" + T + " GROUP BY " + by + " ORDER BY key"))
          .hasToString(expected);
    }
    assertThat(
            rows("SELECT sum(v) / count(*) AS mean" + T + " GROUP BY upper(k) HAVING count(*) > 1"))
        .containsExactly("20.0");
    assertThat(
            rows(
                "SELECT k, sum(v) FILTER (WHERE id < 3), count(DISTINCT k)"
                    + T
                    + " GROUP BY k ORDER BY k"))
        .containsExactly("a,10,1", "b,20,1");
  }

  @Test
  void groupsBySeveralSets() {
    assertThat(rows("SELECT k, sum(v), grouping(k)" + T + " GROUP BY ROLLUP(k) ORDER BY 2"))
        .containsExactly("b,20,0", "a,40,0", "null,60,1");
  }

  @Test
  void unitesNamesAndNests() {
    assertThat(
            rows(
                "WITH x AS (SELECT id"
                    + T
                    + ") SELECT id + 0.5 AS i FROM x UNION ALL SELECT 7 ORDER BY i"))
        .containsExactly("1.5", "2.5", "3.5", "7.0");
    assertThat(rows("SELECT s.n FROM (SELECT id AS n" + T + ") s WHERE s.n > 2"))
        .containsExactly("3");
  }

  @Test
  void tellsAllMistakesWithTheirPlaces() {
    assertThat(mistake("SELECT idd, nope(v)" + T))
        .contains("test.sql:1:8: error[unknown-column]: unknown column 'idd'; did you mean 'id'?")
        .contains("test.sql:1:13: error[unknown-function]: unknown function 'nope'");
  }

  @Test
  void refusesColumnsThatAreNeitherGroupedNorAggregated() {
    assertThat(mistake("SELECT id, count(*)" + T + " GROUP BY k"))
        .contains("test.sql:1:8: error[missing-aggregation]");
  }

  @Test
  void generatesOverGroups() {
    assertThat(rows("SELECT explode(array(k, 'z')) AS e, count(*)" + T + " GROUP BY k ORDER BY 1"))
        .containsExactly("a,2", "b,1", "z,2", "z,1");
  }
}
