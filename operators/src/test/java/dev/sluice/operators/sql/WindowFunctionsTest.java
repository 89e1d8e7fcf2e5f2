package dev.sluice.operators.sql;

import static dev.sluice.operators.testing.SqlTesting.query;
import static dev.sluice.operators.testing.SqlTesting.queryProblems;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowFunctionsTest {
  private static final String PAY =
      " FROM VALUES ('x', 1, 10), ('x', 1, 20), ('x', 3, NULL), ('y', 2, 5) AS t(k, a, v)";

  private static List<@Nullable Object> column(String expression) {
    List<@Nullable Object> values = new ArrayList<>();
    query("SELECT " + expression + PAY + " ORDER BY k, a, v NULLS LAST")
        .forEach(row -> values.add(row.get(0)));
    return values;
  }

  @Test
  void ranksCountPeersAsOne() {
    assertThat(column("rank() OVER (PARTITION BY k ORDER BY a)")).containsExactly(1, 1, 3, 1);
    assertThat(column("dense_rank() OVER (PARTITION BY k ORDER BY a)")).containsExactly(1, 1, 2, 1);
    assertThat(column("row_number() OVER (PARTITION BY k ORDER BY a)")).containsExactly(1, 2, 3, 1);
    assertThat(column("percent_rank() OVER (PARTITION BY k ORDER BY a)"))
        .containsExactly(0.0, 0.0, 1.0, 0.0);
    assertThat(column("cume_dist() OVER (PARTITION BY k ORDER BY a)"))
        .containsExactly(2.0 / 3, 2.0 / 3, 1.0, 1.0);
  }

  @Test
  void partsOfNtileDifferByOneRowAtMost() {
    assertThat(query("SELECT ntile(3) OVER (ORDER BY id) FROM range(8)"))
        .containsExactly(
            List.of(1),
            List.of(1),
            List.of(1),
            List.of(2),
            List.of(2),
            List.of(2),
            List.of(3),
            List.of(3));
    assertThat(query("SELECT ntile(5) OVER (ORDER BY id) FROM range(2)"))
        .containsExactly(List.of(1), List.of(2));
  }

  @Test
  void anOrderedWindowEndsWithThePeersAnUnorderedOneWithThePartition() {
    assertThat(column("sum(v) OVER (PARTITION BY k ORDER BY a)"))
        .containsExactly(30L, 30L, 30L, 5L);
    assertThat(column("count(v) OVER (PARTITION BY k)")).containsExactly(2L, 2L, 2L, 1L);
    assertThat(column("count(*) OVER ()")).containsExactly(4L, 4L, 4L, 4L);
  }

  @Test
  void shiftsStayInThePartitionAndTakeTheDefaultOutside() {
    assertThat(column("lag(v) OVER (PARTITION BY k ORDER BY a, v)"))
        .isEqualTo(Arrays.asList(null, 10, 20, null));
    assertThat(column("lead(v, 1, -a) OVER (PARTITION BY k ORDER BY a, v)"))
        .isEqualTo(Arrays.asList(20, null, -3, -2));
    assertThat(column("lag(v, -1) OVER (PARTITION BY k ORDER BY a, v)"))
        .isEqualTo(Arrays.asList(20, null, null, null));
  }

  @Test
  void nullsAreSkippedWhereAskedFor() {
    String nulls = " FROM VALUES (1, NULL), (2, 7), (3, NULL), (4, 9) AS t(a, v)";
    assertThat(query("SELECT lead(v) IGNORE NULLS OVER (ORDER BY a)" + nulls))
        .isEqualTo(
            List.of(
                Arrays.asList(7),
                Arrays.asList(9),
                Arrays.asList(9),
                Arrays.asList((Object) null)));
    assertThat(query("SELECT last_value(v) IGNORE NULLS OVER (ORDER BY a)" + nulls))
        .isEqualTo(
            List.of(
                Arrays.asList((Object) null),
                Arrays.asList(7),
                Arrays.asList(7),
                Arrays.asList(9)));
    assertThat(query("SELECT nth_value(v, 2) IGNORE NULLS OVER (ORDER BY a)" + nulls).get(3))
        .containsExactly(9);
  }

  @Test
  void rangesGoByTheValueOfTheKeyAndNullsAmongThemselves() {
    String keys = " FROM VALUES (1), (2), (4), (NULL) AS t(a)";
    assertThat(
            query(
                "SELECT a, count(*) OVER (ORDER BY a RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING)"
                    + keys))
        .isEqualTo(
            List.of(Arrays.asList(null, 1L), List.of(1, 2L), List.of(2, 2L), List.of(4, 1L)));
    assertThat(
            query(
                "SELECT a, count(*) OVER (ORDER BY a DESC RANGE BETWEEN 2 PRECEDING AND CURRENT"
                    + " ROW)"
                    + keys))
        .isEqualTo(
            List.of(List.of(4, 1L), List.of(2, 2L), List.of(1, 2L), Arrays.asList(null, 1L)));
  }

  @Test
  void rangesOfTimesMoveByIntervals() {
    assertThat(
            query(
                "SELECT sum(v) OVER (ORDER BY t RANGE BETWEEN INTERVAL 1 HOUR PRECEDING AND CURRENT"
                    + " ROW) FROM VALUES (TIMESTAMP'2024-01-01 00:00', 1), (TIMESTAMP'2024-01-01"
                    + " 01:00', 2), (TIMESTAMP'2024-01-01 02:30', 4) AS x(t, v)"))
        .containsExactly(List.of(1L), List.of(3L), List.of(4L));
  }

  @Test
  void namedWindowsServeSeveralFunctions() {
    assertThat(
            query(
                "SELECT a, rank() OVER w AS r, sum(a) OVER w AS s FROM VALUES (1), (2) AS t(a)"
                    + " WINDOW w AS (ORDER BY a DESC) ORDER BY a"))
        .containsExactly(List.of(1, 2, 3L), List.of(2, 1, 2L));
  }

  @Test
  void windowsSeeTheGroupsOfTheirQuery() {
    assertThat(
            query(
                "SELECT k, sum(v) AS s, rank() OVER (ORDER BY sum(v) DESC) AS r FROM VALUES ('a',"
                    + " 1), ('b', 5), ('a', 2) AS t(k, v) GROUP BY k ORDER BY k"))
        .containsExactly(List.of("a", 3L, 2), List.of("b", 5L, 1));
  }

  @Test
  void functionsOverDifferentWindowsStandInTheirPlaces() {
    assertThat(
            query(
                "SELECT a, sum(a) OVER (ORDER BY a), sum(a) OVER (), rank() OVER (ORDER BY a)"
                    + " FROM VALUES (2), (1) AS t(a) ORDER BY a"))
        .containsExactly(List.of(1, 1L, 3L, 1), List.of(2, 3L, 3L, 2));
  }

  @Test
  void overflowOfABoundIsAnError() {
    assertThatThrownBy(
            () ->
                query(
                    "SELECT sum(id) OVER (ORDER BY id RANGE BETWEEN CURRENT ROW AND 4 FOLLOWING)"
                        + " FROM range(9223372036854775804, 9223372036854775807)"))
        .hasMessageContaining("overflow");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT a FROM VALUES (1) t(a) WHERE rank() OVER (ORDER BY a) = 1"
            + " | window-function-not-allowed",
        "SELECT a FROM VALUES (1) t(a) GROUP BY a, rank() OVER (ORDER BY a)"
            + " | window-function-not-allowed",
        "SELECT a, rank() OVER (ORDER BY a) r FROM VALUES (1) t(a) GROUP BY a HAVING r = 1"
            + " | window-function-not-allowed",
        "SELECT sum(rank() OVER (ORDER BY a)) FROM VALUES (1) t(a) | window-function-not-allowed",
        "SELECT sum(sum(a) OVER ()) OVER () FROM VALUES (1) t(a) | window-function-not-allowed",
        "SELECT rank() FROM VALUES (1) t(a) | window-function-without-over-clause",
        "SELECT rank() OVER () FROM VALUES (1) t(a) | window-function-without-order",
        "SELECT rank() OVER (ORDER BY a ROWS 1 PRECEDING) FROM VALUES (1) t(a)"
            + " | window-function-and-frame-mismatch",
        "SELECT upper(a) OVER () FROM VALUES ('1') t(a) | unsupported-expr-for-window",
        "SELECT count(DISTINCT a) OVER () FROM VALUES (1) t(a)"
            + " | distinct-window-function-unsupported",
        "SELECT count(a) FILTER (WHERE a > 1) OVER () FROM VALUES (1) t(a) | unsupported-feature",
        "SELECT sum(a) OVER w FROM VALUES (1) t(a) | missing-window-specification",
        "SELECT sum(a) OVER w FROM VALUES (1) t(a) WINDOW w AS (), w AS () | invalid-sql-syntax",
        "SELECT sum(a) OVER (ORDER BY a ROWS BETWEEN 1 FOLLOWING AND 1 PRECEDING) FROM VALUES (1)"
            + " t(a) | type-mismatch",
        "SELECT sum(a) OVER (RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM VALUES (1) t(a)"
            + " | type-mismatch",
        "SELECT sum(a) OVER (ORDER BY a, a+1 RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM"
            + " VALUES (1) t(a) | type-mismatch",
        "SELECT sum(a) OVER (ORDER BY a ROWS BETWEEN 1.5 PRECEDING AND CURRENT ROW) FROM"
            + " VALUES (1) t(a) | type-mismatch",
        "SELECT sum(a) OVER (ORDER BY a ROWS BETWEEN a PRECEDING AND CURRENT ROW) FROM"
            + " VALUES (1) t(a) | unknown-column",
        "SELECT median(a) OVER (ORDER BY a) FROM VALUES (1) t(a)"
            + " | invalid-window-spec-for-aggregation-func",
      })
  void refusesWhatSparkRefuses(String sql, String code) {
    assertThat(queryProblems(sql.trim())).singleElement().asString().contains("[" + code.trim());
  }
}
