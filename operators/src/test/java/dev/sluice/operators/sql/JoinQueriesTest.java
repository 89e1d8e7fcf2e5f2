package dev.sluice.operators.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.plan.PlanPrinter;
import org.junit.jupiter.api.Test;

class JoinQueriesTest {
  private final Queries queries =
      new Queries()
          .table("a", "SELECT * FROM VALUES (1, 'x'), (2, 'y'), (NULL, 'n'), (4, 'z') AS t(k, v)")
          .table(
              "b",
              "SELECT * FROM VALUES (1, 10), (2, 20), (2, 21), (3, 30), (NULL, 99) AS t(k, w)");

  @Test
  void pairsRowsWithEqualKeysButNotNulls() {
    assertThat(queries.rows("SELECT * FROM a JOIN b ON a.k = b.k"))
        .containsExactly("1,x,1,10", "2,y,2,20", "2,y,2,21");
    assertThat(queries.rows("SELECT v, w FROM a JOIN b ON a.k <=> b.k"))
        .containsExactly("x,10", "y,20", "y,21", "n,99");
  }

  @Test
  void keepsRowsWithoutMatchOnTheOuterSides() {
    assertThat(queries.rows("SELECT v, w FROM a LEFT JOIN b ON a.k = b.k AND w > 20"))
        .containsExactly("x,null", "y,21", "n,null", "z,null");
    assertThat(queries.rows("SELECT v, w FROM a RIGHT OUTER JOIN b ON a.k = b.k"))
        .containsExactly("x,10", "y,20", "y,21", "null,30", "null,99");
    assertThat(queries.rows("SELECT v, w FROM a FULL JOIN b ON a.k = b.k"))
        .containsExactlyInAnyOrder(
            "x,10", "y,20", "y,21", "n,null", "z,null", "null,30", "null,99");
  }

  @Test
  void semiAndAntiGiveLeftRowsOnce() {
    assertThat(queries.rows("SELECT * FROM a LEFT SEMI JOIN b ON a.k = b.k"))
        .containsExactly("1,x", "2,y");
    assertThat(queries.rows("SELECT * FROM a ANTI JOIN b ON a.k = b.k"))
        .containsExactly("null,n", "4,z");
    assertThat(queries.rows("SELECT * FROM a LEFT ANTI JOIN b ON a.k < b.k AND b.w > 20"))
        .containsExactly("null,n", "4,z");
    assertThat(queries.mistake("SELECT w FROM a LEFT SEMI JOIN b ON a.k = b.k"))
        .contains("unknown column 'w'");
  }

  @Test
  void usingMergesTheColumnsJoinedBy() {
    assertThat(queries.names("SELECT * FROM a JOIN b USING (k)")).containsExactly("k", "v", "w");
    assertThat(queries.rows("SELECT k, a.k, b.k, w FROM a RIGHT JOIN b USING (k) WHERE w > 20"))
        .containsExactly("2,2,2,21", "3,null,3,30", "null,null,null,99");
    assertThat(queries.rows("SELECT k, v, w FROM a FULL JOIN b USING (k) WHERE k > 2"))
        .containsExactlyInAnyOrder("4,z,null", "3,null,30");
    assertThat(queries.rows("SELECT b.* FROM a NATURAL JOIN b WHERE k = 1"))
        .containsExactly("1,10");
    assertThat(
            queries.rows(
                "SELECT k, count(*) FROM a JOIN b USING (k) JOIN b c USING (k) GROUP BY k"))
        .containsExactlyInAnyOrder("1,1", "2,4");
    assertThat(queries.mistake("SELECT * FROM a JOIN b USING (v)"))
        .contains("unresolved-using-column-for-join");
  }

  @Test
  void commasBindWeakerThanJoin() {
    assertThat(queries.rows("SELECT count(*) FROM a, a b, range(2)")).containsExactly("32");
    assertThat(queries.mistake("SELECT 1 FROM a, b JOIN range(2) c ON a.k = c.id"))
        .contains("unknown column 'a.k'");
  }

  @Test
  void conditionsOfWhereBecomeKeysOfJoins() {
    assertThat(PlanPrinter.print(queries.plan("SELECT 1 FROM a, b WHERE a.k = b.k AND v = 'x'")))
        .contains("Join INNER ON (k = k)")
        .contains("Filter (v = x)")
        .doesNotContain("CROSS");
    assertThat(queries.rows("SELECT v, w FROM a, b WHERE a.k = b.k AND v = 'y' AND w > 20"))
        .containsExactly("y,21");
  }

  @Test
  void conditionsThatMayFailAreAskedLast() {
    assertThat(
            queries.rows(
                "SELECT v FROM a, b WHERE a.k = b.k AND b.w <> 20 AND 1 / (b.w - 20) > 0.5"))
        .containsExactly("y");
  }

  @Test
  void namesOfBothSidesAreAmbiguous() {
    assertThat(queries.mistake("SELECT k FROM a JOIN b ON a.k = b.k")).contains("ambiguous-column");
    assertThat(queries.mistake("SELECT * FROM a JOIN b ON a.k + 1"))
        .contains("join-condition-is-not-boolean-type");
  }

  @Test
  void lateralQueriesSeeTheRowsToTheirLeft() {
    assertThat(queries.rows("SELECT v, w FROM a, LATERAL (SELECT w FROM b WHERE b.k = a.k)"))
        .containsExactly("x,10", "y,20", "y,21");
    assertThat(
            queries.rows(
                "SELECT v, s FROM a LEFT JOIN LATERAL (SELECT sum(w) AS s FROM b WHERE b.k = a.k)"
                    + " t ON s > 15"))
        .containsExactly("x,null", "y,41", "n,null", "z,null");
    assertThat(
            queries.rows("SELECT v, c FROM a, LATERAL (SELECT count(*) AS c FROM b WHERE k > a.k)"))
        .containsExactly("x,3", "y,1", "n,0", "z,0");
    assertThat(queries.rows("SELECT v, e FROM a, LATERAL explode(array(k, 9)) AS t(e) WHERE k = 1"))
        .containsExactly("x,1", "x,9");
  }
}
