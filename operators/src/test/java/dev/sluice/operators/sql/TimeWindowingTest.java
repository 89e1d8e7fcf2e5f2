package dev.sluice.operators.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.operator.QueryExecutor;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.testing.SqlTesting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class TimeWindowingTest {
  private static final String T =
      " FROM VALUES ('a', TIMESTAMP '2021-01-01 00:00:00'), ('a', TIMESTAMP '2021-01-01 00:04:30'),"
          + " ('a', TIMESTAMP '2021-01-01 00:10:00'), ('b', TIMESTAMP '2021-01-01 00:04:00'),"
          + " ('b', NULL) AS t(k, at)";

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

  private static String minute(String window, String edge) {
    return "date_format(" + window + "." + edge + ", 'dd HH:mm')";
  }

  @Test
  void aRowIsInEachWindowThatHoldsItsTimeAndInNoneWithoutATime() {
    assertThat(
            rows(
                "SELECT k, "
                    + minute("window", "start")
                    + ", count(*)"
                    + T
                    + " GROUP BY k, window(at, '10 minutes', '5 minutes') ORDER BY 1, 2"))
        .containsExactly(
            "a,01 00:00,2",
            "a,01 00:05,1",
            "a,01 00:10,1",
            "a,31 23:55,2",
            "b,01 00:00,1",
            "b,31 23:55,1");
  }

  @Test
  void anExpressionMultipliesRowsOnlyInTheSelectList() {
    assertThat(rows("SELECT *, window(at, '4 minutes', '2 minutes').end > at" + T + " WHERE k='b'"))
        .hasSize(2)
        .allMatch(row -> row.startsWith("b,") && row.endsWith(",true"));
    assertThat(plan("SELECT 1" + T + " WHERE window(at, '4 minutes', '2 minutes').end > at"))
        .isEmpty();
  }

  @Test
  void sessionsTouchAndMergeWithinTheirGroup() {
    String sessions =
        "SELECT k, "
            + minute("session_window", "start")
            + ", "
            + minute("session_window", "end")
            + ", count(*)"
            + T
            + " GROUP BY k, session_window(at, %s) ORDER BY 1, 2";
    assertThat(rows(sessions.formatted("'5 minutes'")))
        .containsExactly("a,01 00:00,01 00:09,2", "a,01 00:10,01 00:15,1", "b,01 00:04,01 00:09,1");
    assertThat(rows(sessions.formatted("'5 minutes 30 seconds'")))
        .containsExactly("a,01 00:00,01 00:15,3", "b,01 00:04,01 00:09,1");
    assertThat(rows(sessions.formatted("CASE k WHEN 'b' THEN '0 minutes' ELSE '1 hour' END")))
        .containsExactly("a,01 00:00,01 01:10,3");
  }

  @Test
  void aShortSessionWithinALongOneDoesNotEndIt() {
    assertThat(
            rows(
                "SELECT count(*) FROM VALUES (TIMESTAMP '2021-01-01 00:00:00', '1 hour'),"
                    + " (TIMESTAMP '2021-01-01 00:10:00', '1 minute'),"
                    + " (TIMESTAMP '2021-01-01 00:30:00', '1 minute') AS t(at, gap)"
                    + " GROUP BY session_window(at, gap)"))
        .containsExactly("3");
  }

  @Test
  void windowsOfWindowsGoByTheirLastInstant() {
    assertThat(
            rows(
                "SELECT "
                    + minute("window", "start")
                    + ", sum(n) FROM (SELECT window(at, '5 minutes') AS w, count(*) AS n"
                    + T
                    + " GROUP BY 1) GROUP BY window(w, '10 minutes') ORDER BY 1"))
        .containsExactly("01 00:00,3", "01 00:10,1");
  }

  @Test
  void refusesWindowsOfTwoKinds() {
    assertThat(plan("SELECT window(at, '1 minute'), window(at, '2 minutes')" + T)).isEmpty();
    assertThat(problems.all())
        .singleElement()
        .asString()
        .contains("test.sql:1:32: error[unsupported-multiple-time-windows]");
  }
}
