package dev.sluice.operators.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SetOperationsTest {
  private final Queries queries =
      new Queries()
          .table("a", "VALUES (1), (2), (2), (2), (NULL), (NULL)")
          .table("b", "VALUES (2), (2), (3), (NULL)");

  private java.util.List<String> rows(String operator) {
    return queries.rows("SELECT * FROM a " + operator + " SELECT * FROM b");
  }

  @Test
  void distinctOnesGiveEachRowOnce() {
    assertThat(rows("UNION")).containsExactlyInAnyOrder("1", "2", "null", "3");
    assertThat(rows("INTERSECT")).containsExactlyInAnyOrder("2", "null");
    assertThat(rows("EXCEPT DISTINCT")).containsExactlyInAnyOrder("1");
    assertThat(rows("MINUS")).containsExactlyInAnyOrder("1");
  }

  @Test
  void allCountsRows() {
    assertThat(rows("UNION ALL")).hasSize(10);
    assertThat(rows("INTERSECT ALL")).containsExactlyInAnyOrder("2", "2", "null");
    assertThat(rows("EXCEPT ALL")).containsExactlyInAnyOrder("1", "2", "null");
  }

  @Test
  void intersectBindsTighterAndOrderByComesLast() {
    assertThat(
            queries.rows(
                "VALUES (1), (5) UNION ALL VALUES (2) INTERSECT VALUES (2), (1) ORDER BY col1"
                    + " DESC LIMIT 2"))
        .containsExactly("5", "2");
    assertThat(queries.rows("(VALUES (1), (2) ORDER BY 1 DESC LIMIT 1) UNION ALL VALUES (0)"))
        .containsExactlyInAnyOrder("2", "0");
  }

  @Test
  void typesWiden() {
    assertThat(
            queries
                .plan("SELECT 1 AS a UNION SELECT 1.5 UNION ALL SELECT CAST(2 AS DOUBLE)")
                .schema()
                .ddl())
        .contains("a")
        .contains("DOUBLE");
    assertThat(queries.mistake("SELECT 1 UNION SELECT 1, 2")).contains("num-columns-mismatch");
    assertThat(queries.mistake("SELECT 1 EXCEPT SELECT array(1)"))
        .contains("incompatible-column-type");
    assertThat(queries.mistake("SELECT map(1, 2) INTERSECT SELECT map(1, 2)"))
        .contains("unsupported-feature");
  }

  @Test
  void offsetSkipsRows() {
    assertThat(queries.rows("SELECT * FROM range(10000) ORDER BY id LIMIT 2 OFFSET 4095"))
        .containsExactly("4095", "4096");
    assertThat(queries.rows("SELECT * FROM range(5) OFFSET 3")).containsExactly("3", "4");
    assertThat(queries.rows("SELECT * FROM range(5) LIMIT ALL OFFSET 4")).containsExactly("4");
    assertThat(queries.mistake("SELECT 1 LIMIT 1 OFFSET -1")).contains("invalid-limit-like");
    assertThat(queries.mistake("SELECT 1 LIMIT '1'")).contains("invalid-limit-like");
  }
}
