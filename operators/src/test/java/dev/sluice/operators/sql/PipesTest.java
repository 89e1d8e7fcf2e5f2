package dev.sluice.operators.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PipesTest {
  private final Queries queries =
      new Queries()
          .table(
              "t", "SELECT * FROM VALUES (1, 'a', 10), (2, 'b', 20), (3, 'a', 30) AS t(id, k, v)");

  @Test
  void stepsFollowEachOther() {
    assertThat(
            queries.rows(
                "TABLE t |> WHERE v > 10 |> EXTEND v * 2 AS w |> SELECT id, w |> ORDER BY w DESC"
                    + " |> LIMIT 1"))
        .containsExactly("3,60");
    assertThat(queries.rows("FROM t |> SET v = v + 1, id = v |> DROP k"))
        .containsExactly("11,11", "21,21", "31,31");
    assertThat(queries.rows("FROM t |> SELECT id |> UNION ALL VALUES (7) |> EXCEPT VALUES (1)"))
        .containsExactlyInAnyOrder("2", "3", "7");
  }

  @Test
  void aggregatesComeBehindTheirKeys() {
    assertThat(queries.rows("FROM t |> AGGREGATE sum(v) AS s GROUP BY k |> WHERE s > 20"))
        .containsExactly("a,40");
    assertThat(queries.rows("FROM t |> AGGREGATE count(*), max(v)")).containsExactly("3,30");
    assertThat(queries.names("FROM t |> AGGREGATE sum(v) GROUP BY 2, id % 2 AS odd"))
        .containsExactly("k", "odd", "sum(v)");
    assertThat(queries.mistake("FROM t |> AGGREGATE k")).contains("no-aggregate-function");
    assertThat(queries.mistake("FROM t |> SELECT sum(v)")).contains("use '|> AGGREGATE'");
    assertThat(queries.mistake("FROM t |> AGGREGATE sum(v) GROUP BY ALL"))
        .contains("unsupported-feature");
  }

  @Test
  void tablesKeepTheirNamesUntilOthersAreGiven() {
    assertThat(queries.rows("FROM t |> AS u |> JOIN t ON u.id = t.id - 1 |> SELECT u.id, t.id"))
        .containsExactly("1,2", "2,3");
    assertThat(queries.rows("FROM t |> WHERE t.id = 1 |> SELECT t.k")).containsExactly("a");
    assertThat(queries.mistake("FROM t |> AS u |> SELECT t.k")).contains("unknown column 't.k'");
  }

  @Test
  void stepsOfQueriesInsideSeeTheRowAround() {
    assertThat(
            queries.rows(
                "SELECT id, (FROM t u |> WHERE u.k = t.k |> AGGREGATE max(v)) FROM t ORDER BY id"))
        .containsExactly("1,30", "2,20", "3,30");
  }

  @Test
  void refusesDuplicatesAndUnknownColumns() {
    assertThat(queries.mistake("FROM t |> DROP k, k")).contains("except-overlapping-columns");
    assertThat(queries.mistake("FROM t |> SET nope = 1")).contains("unknown column 'nope'");
    assertThat(queries.mistake("FROM t |> SET v = 1, v = 2")).contains("names 'v' twice");
    assertThat(queries.mistake("FROM t |> ORDER BY id LIMIT 1")).contains("behind a '|>' each");
  }
}
