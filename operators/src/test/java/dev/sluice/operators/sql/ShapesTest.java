package dev.sluice.operators.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** PIVOT, UNPIVOT and TABLESAMPLE. */
class ShapesTest {
  private final Queries queries = new Queries();

  @BeforeEach
  void tables() {
    queries.table("s", "SELECT * FROM VALUES (1,'a',10),(1,'b',20),(2,'a',30) t(id,k,v)");
    queries.table("w", "SELECT * FROM VALUES (1,2,3),(2,NULL,4) t(id,a,b)");
  }

  @Test
  void makesAColumnOfEachValue() {
    String sql = "SELECT * FROM s PIVOT (sum(v) FOR k IN ('a', 'b' AS second))";
    assertThat(queries.names(sql)).containsExactly("id", "a", "second");
    assertThat(queries.rows(sql)).containsExactlyInAnyOrder("1,10,20", "2,30,null");
  }

  @Test
  void makesAColumnOfEachValueAndAggregate() {
    String sql =
        "SELECT * FROM s PIVOT (sum(v) AS total, count(*), max(v) + 1 FOR (id, k) IN ((1, 'a'),"
            + " (2, 'b') AS none))";
    assertThat(queries.names(sql))
        .containsExactly(
            "{1, a}_total",
            "{1, a}_count(1)",
            "{1, a}_(max(v) + 1)",
            "none_total",
            "none_count(1)",
            "none_(max(v) + 1)");
    // Numbers are null where there is no row, counts too.
    assertThat(queries.rows(sql)).containsExactly("10,1,11,null,null,null");
  }

  @Test
  void pivotsTextsAndGoesOn() {
    assertThat(
            queries.rows(
                "SELECT id, p || q FROM (SELECT id, k, string(v) AS v FROM s)"
                    + " PIVOT (max(v) FOR k IN ('a' p, 'b' q)) WHERE id = 1"))
        .containsExactly("1,1020");
    assertThat(queries.rows("FROM s |> PIVOT (sum(v) FOR k IN ('a')) |> WHERE a > 10"))
        .containsExactly("2,30");
  }

  @Test
  void refusesWrongPivots() {
    assertThat(queries.mistake("SELECT * FROM s PIVOT (v FOR k IN ('a'))"))
        .contains("takes aggregate functions before FOR");
    assertThat(queries.mistake("SELECT * FROM s PIVOT (sum(v) FOR k IN (now()))"))
        .contains("constants");
    assertThat(queries.mistake("SELECT * FROM s PIVOT (sum(id) FOR v IN (array(1)))"))
        .contains("pivot-value-data-type-mismatch");
    assertThat(queries.mistake("SELECT * FROM s PIVOT (sum(v) FOR zz IN (1))"))
        .contains("unknown column 'zz'");
  }

  @Test
  void makesARowOfEachColumn() {
    String sql = "SELECT * FROM w UNPIVOT (v FOR n IN (a, b AS c))";
    assertThat(queries.names(sql)).containsExactly("id", "n", "v");
    assertThat(queries.rows(sql)).containsExactly("1,a,2", "1,c,3", "2,c,4");
    assertThat(queries.rows("SELECT u.* FROM w UNPIVOT INCLUDE NULLS (v FOR n IN (a, b)) AS u"))
        .containsExactly("1,a,2", "1,b,3", "2,a,null", "2,b,4");
    assertThat(queries.rows("SELECT * FROM w UNPIVOT ((x, y) FOR n IN ((a, b), (b, id) AS z))"))
        .containsExactly("a_b,2,3", "z,3,1", "a_b,null,4", "z,4,2");
  }

  @Test
  void refusesColumnsThatDoNotGoTogether() {
    assertThat(queries.mistake("SELECT * FROM s UNPIVOT (x FOR n IN (k, v))"))
        .contains("no common type: STRING, INT");
    assertThat(queries.mistake("SELECT * FROM w UNPIVOT ((x, y) FOR n IN ((a, b, id)))"))
        .contains("here are 3 columns");
  }

  @Test
  void takesAPartOfTheRows() {
    queries.table("r", "SELECT id FROM range(10000)");
    String some = "SELECT count(*), min(id) >= 0 FROM r TABLESAMPLE (10 PERCENT) REPEATABLE (5)";
    assertThat(queries.rows(some)).isEqualTo(queries.rows(some));
    assertThat(Long.parseLong(queries.rows(some).get(0).split(",")[0])).isBetween(900L, 1100L);
    assertThat(
            queries.rows(
                "SELECT x.id FROM r TABLESAMPLE (BUCKET 1 OUT OF 4) REPEATABLE (42) AS x"
                    + " EXCEPT SELECT id FROM r WHERE rand(42) < 0.25"))
        .isEmpty();
    assertThat(queries.rows("SELECT r.id FROM r TABLESAMPLE (2 ROWS)")).containsExactly("0", "1");
    assertThat(queries.rows("SELECT count(*) FROM r TABLESAMPLE (100 PERCENT)"))
        .containsExactly("10000");
    assertThat(queries.mistake("SELECT * FROM r TABLESAMPLE (101 PERCENT)")).contains("percent");
    assertThat(queries.mistake("SELECT * FROM r TABLESAMPLE (10M)")).contains("no bytes");
    assertThat(queries.mistake("SELECT * FROM r TABLESAMPLE (-1 ROWS)")).contains("-1");
  }
}
