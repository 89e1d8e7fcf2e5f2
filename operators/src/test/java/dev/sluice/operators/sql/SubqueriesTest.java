package dev.sluice.operators.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.operators.diagnostics.PipelineException;
import org.junit.jupiter.api.Test;

class SubqueriesTest {
  private final Queries queries =
      new Queries()
          .table("a", "SELECT * FROM VALUES (1, 'x'), (2, 'y'), (NULL, 'n'), (4, 'z') AS t(k, v)")
          .table(
              "b",
              "SELECT * FROM VALUES (1, 10), (2, 20), (2, 21), (3, 30), (NULL, 99) AS t(k, w)");

  @Test
  void oneValueForEachRow() {
    assertThat(
            queries.rows(
                "SELECT v, (SELECT max(w) FROM b WHERE b.k = a.k), (SELECT sum(w) FROM b WHERE"
                    + " b.k > a.k) FROM a"))
        .containsExactly("x,10,71", "y,21,30", "n,null,null", "z,null,null");
    assertThat(queries.rows("SELECT (SELECT max(w) FROM b) - w FROM b WHERE w < 21"))
        .containsExactly("89", "79");
  }

  @Test
  void countsOfNoRowsAreZero() {
    assertThat(queries.rows("SELECT v, (SELECT count(*) FROM b WHERE b.k = a.k) FROM a"))
        .containsExactly("x,1", "y,2", "n,0", "z,0");
    assertThat(
            queries.rows(
                "SELECT v FROM a WHERE (SELECT count(w) + 1 FROM b WHERE b.k = a.k AND w > 20) ="
                    + " 1"))
        .containsExactly("x", "n", "z");
    assertThat(
            queries.rows(
                "SELECT v, (SELECT count(*) FROM b WHERE b.k = a.k HAVING count(*) > 1) FROM a"))
        .containsExactly("x,null", "y,2", "n,null", "z,null");
  }

  @Test
  void severalRowsFailWhenTheQueryRuns() {
    assertThatThrownBy(() -> queries.rows("SELECT (SELECT w FROM b WHERE b.k = a.k) FROM a"))
        .isInstanceOfSatisfying(
            PipelineException.class,
            e -> assertThat(e.code()).isEqualTo("SCALAR_SUBQUERY_TOO_MANY_ROWS"));
    assertThat(
            queries.rows("SELECT (SELECT w FROM b WHERE b.k = a.k ORDER BY w DESC LIMIT 1) FROM a"))
        .containsExactly("10", "21", "null", "null");
    assertThat(
            queries.rows(
                "SELECT (SELECT w FROM b WHERE b.k = a.k ORDER BY w LIMIT 1 OFFSET 1) FROM a"))
        .containsExactly("null", "21", "null", "null");
  }

  @Test
  void existsAndItsNegation() {
    assertThat(queries.rows("SELECT v FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.k = a.k)"))
        .containsExactly("x", "y");
    assertThat(queries.rows("SELECT v FROM a WHERE NOT EXISTS (SELECT * FROM b WHERE b.k > a.k)"))
        .containsExactly("n", "z");
    assertThat(
            queries.rows(
                "SELECT v, EXISTS (SELECT 1 FROM b WHERE b.k = a.k) FROM a WHERE k > 3 OR EXISTS"
                    + " (SELECT 1 FROM b WHERE b.k = a.k AND w > 20)"))
        .containsExactly("y,true", "z,false");
  }

  @Test
  void notInIsNeverTrueBesideNulls() {
    assertThat(queries.rows("SELECT v FROM a WHERE k IN (SELECT k FROM b)"))
        .containsExactly("x", "y");
    assertThat(queries.rows("SELECT v FROM a WHERE k NOT IN (SELECT k FROM b)")).isEmpty();
    assertThat(queries.rows("SELECT v FROM a WHERE k NOT IN (SELECT k FROM b WHERE k > 1)"))
        .containsExactly("x", "z");
    assertThat(queries.rows("SELECT v FROM a WHERE NOT (k IN (SELECT k FROM b WHERE false))"))
        .containsExactly("x", "y", "n", "z");
    assertThat(queries.rows("SELECT v FROM a WHERE (k, v) IN (SELECT k, 'y' FROM b)"))
        .containsExactly("y");
    assertThat(queries.mistake("SELECT v FROM a WHERE k IN (SELECT k, w FROM b)"))
        .contains("type-mismatch");
  }

  @Test
  void unionsAndQueriesFurtherInDependOnTheRowToo() {
    assertThat(
            queries.rows(
                "SELECT v FROM a WHERE EXISTS (SELECT k FROM b WHERE w = 10 AND b.k = a.k UNION"
                    + " SELECT id FROM range(10) WHERE id = a.k + 2 AND a.v = 'z')"))
        .containsExactly("x", "z");
    assertThat(
            queries.rows(
                "SELECT v, (SELECT (SELECT max(c.w) FROM b c WHERE c.w < b.w + a.k) FROM b WHERE"
                    + " b.k = a.k AND w < 21) FROM a"))
        .containsExactly("x,10", "y,21", "n,null", "z,null");
    assertThat(
            queries.rows(
                "SELECT v, (SELECT max(s) FROM (SELECT k, sum(w) AS s FROM b GROUP BY k) t WHERE"
                    + " t.k = a.k) FROM a"))
        .containsExactly("x,10", "y,41", "n,null", "z,null");
  }

  @Test
  void havingSeesGroupsFromInside() {
    assertThat(
            queries.rows(
                "SELECT k FROM b GROUP BY k HAVING (SELECT max(a.k) FROM a WHERE a.k = b.k) > 1"))
        .containsExactly("2");
    assertThat(
            queries.rows(
                "SELECT k FROM b GROUP BY k HAVING EXISTS (SELECT 1 FROM range(100) WHERE id ="
                    + " max(b.w) + 9)"))
        .containsExactlyInAnyOrder("1", "2", "3");
  }

  @Test
  void keysMayBeQueries() {
    assertThat(
            queries.rows(
                "SELECT (SELECT max(v) FROM a WHERE a.k = b.k) AS m, sum(w) FROM b GROUP BY m"))
        .containsExactlyInAnyOrder("x,10", "y,41", "null,129");
    assertThat(queries.rows("SELECT sum((SELECT count(*) FROM a WHERE a.k = b.k)) FROM b"))
        .containsExactly("3");
    assertThat(
            queries.mistake("SELECT k, (SELECT max(v) FROM a WHERE a.k = b.k) FROM b GROUP BY k"))
        .contains("scalar-subquery-is-in-group-by-or-aggregate-function");
  }

  @Test
  void refusesWhatSparkRefuses() {
    assertThat(queries.mistake("SELECT (SELECT sum(w + a.k) FROM b) FROM a"))
        .contains("unsupported-subquery-expression-category");
    assertThat(queries.mistake("SELECT (SELECT max(w) FROM b GROUP BY a.k) FROM a"))
        .contains("unsupported-subquery-expression-category");
    assertThat(
            queries.mistake(
                "SELECT (SELECT count(*) FROM b LEFT JOIN (SELECT k FROM b WHERE w = a.k) c ON"
                    + " true) FROM a"))
        .contains("unsupported-subquery-expression-category");
    assertThat(queries.mistake("SELECT k FROM a ORDER BY k IN (SELECT k FROM b)"))
        .contains("unsupported-subquery-expression-category");
    assertThat(queries.mistake("SELECT (SELECT k, w FROM b) FROM a"))
        .contains("invalid-subquery-expression");
    assertThat(queries.mistake("SELECT (SELECT nope FROM b) FROM a")).contains("unknown-column");
  }

  @Test
  void conditionsOfInnerJoinsMayHoldQueries() {
    assertThat(
            queries.rows(
                "SELECT v, w FROM a JOIN b ON a.k = b.k AND w IN (SELECT max(w) FROM b c WHERE c.k"
                    + " = a.k)"))
        .containsExactly("x,10", "y,21");
    assertThat(queries.mistake("SELECT v FROM a LEFT JOIN b ON a.k IN (SELECT k FROM b)"))
        .contains("not-implemented");
  }

  @Test
  void notInOfManyRowsIsNoNestedLoop() {
    assertThat(
            queries.rows(
                "SELECT count(*) FROM range(200000) r WHERE id NOT IN (SELECT id * 2 FROM"
                    + " range(200000))"))
        .containsExactly("100000");
  }
}
