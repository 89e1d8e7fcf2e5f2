package dev.sluice.operators.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.operators.diagnostics.PipelineException;
import org.junit.jupiter.api.Test;

class RecursiveQueriesTest {
  private final Queries queries = new Queries();

  @Test
  void goesOnUntilThereAreNoRows() {
    assertThat(
            queries.rows(
                "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 5)"
                    + " SELECT * FROM t"))
        .containsExactly("1", "2", "3", "4", "5");
  }

  @Test
  void walksATree() {
    queries.table("e", "SELECT * FROM VALUES (1, NULL), (2, 1), (3, 2), (4, 2) e(id, boss)");
    assertThat(
            queries.rows(
                "WITH RECURSIVE r AS (SELECT id, 0 AS depth FROM e WHERE boss IS NULL UNION ALL"
                    + " SELECT e.id, depth + 1 FROM e JOIN r ON boss = r.id)"
                    + " SELECT * FROM r ORDER BY id"))
        .containsExactly("1,0", "2,1", "3,2", "4,2");
  }

  @Test
  void endsAtItsLimits() {
    String endless = "WITH RECURSIVE t(n) %s AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) ";
    assertThatThrownBy(() -> queries.rows(endless.formatted("") + "SELECT * FROM t"))
        .isInstanceOf(PipelineException.class)
        .hasMessageContaining("more than 100 levels");
    assertThatThrownBy(
            () -> queries.rows(endless.formatted("MAX RECURSION LEVEL 3") + "SELECT * FROM t"))
        .hasMessageContaining("more than 3 levels");
    assertThat(queries.rows(endless.formatted("") + "SELECT n AS m FROM t LIMIT 2 OFFSET 1"))
        .containsExactly("2", "3");
  }

  @Test
  void refusesWhatSparkRefuses() {
    assertThat(with("SELECT 1 UNION SELECT n FROM t")).contains("takes UNION ALL, not UNION");
    assertThat(with("SELECT n FROM t")).contains("is no UNION ALL");
    assertThat(with("SELECT 1 UNION ALL SELECT max(n) FROM t")).contains("in an aggregation");
    assertThat(with("SELECT 1 UNION ALL SELECT 2 WHERE 1 IN (SELECT n FROM t)"))
        .contains("recursive-reference");
    assertThat(with("SELECT 1 UNION ALL SELECT a.n FROM t a, t b")).contains("not 2 times");
    assertThat(with("SELECT 1 UNION ALL SELECT a FROM VALUES (1) v(a) LEFT JOIN t ON n = a"))
        .contains("outer join");
    assertThat(with("SELECT 1 UNION ALL SELECT n, n FROM t")).contains("1 and 2 columns");
    assertThat(with("SELECT 1 UNION ALL SELECT array(n) FROM t")).contains("at first and then");
  }

  private String with(String query) {
    return queries.mistake("WITH RECURSIVE t(n) AS (" + query + ") SELECT * FROM t");
  }
}
