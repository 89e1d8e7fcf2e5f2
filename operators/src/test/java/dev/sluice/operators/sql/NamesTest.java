package dev.sluice.operators.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NamesTest {
  private final Queries queries =
      new Queries().table("t", "SELECT * FROM VALUES (1, 'a'), (2, 'b') AS t(id, k)");

  @Test
  void identifierIsANameWhereverOneStands() {
    assertThat(
            queries.rows(
                "SELECT IDENTIFIER('abs')(id), IDENTIFIER('t' || '.`k`') FROM IDENTIFIER('t') WHERE"
                    + " IDENTIFIER('id') = 1"))
        .containsExactly("1,a");
    assertThat(queries.rows("SELECT id FROM t JOIN t u USING (IDENTIFIER('id'))"))
        .containsExactly("1", "2");
    assertThat(queries.mistake("SELECT IDENTIFIER('') FROM t")).contains("no name");
    assertThat(queries.mistake("SELECT IDENTIFIER(id) FROM t")).contains("name in quotes");
  }

  @Test
  void argumentsComeByName() {
    assertThat(queries.rows("SELECT mask(lowerChar => 'q', str => 'aB1-')"))
        .containsExactly("qXn-");
    assertThat(queries.rows("SELECT * FROM explode(collection => array(7))")).containsExactly("7");
    assertThat(queries.mistake("SELECT mask(lowerChar => 'q')")).contains("required-parameter");
    assertThat(queries.mistake("SELECT mask('a', str => 'b')")).contains("given twice");
    assertThat(queries.mistake("SELECT mask('a', lowerChr => 'b')"))
        .contains("did you mean 'lowerChar'?");
    assertThat(queries.mistake("SELECT mask(str => 'a', 'b')")).contains("unexpected-positional");
    assertThat(queries.mistake("SELECT upper(str => 'a')")).contains("takes no arguments by name");
  }

  @Test
  void wordsOfSqlAreNamesOfColumnsToo() {
    for (String word :
        new String[] {
          "user", "current_date", "order", "group", "when", "then", "select", "where", "union"
        }) {
      assertThat(
              queries.rows(
                  "SELECT "
                      + word
                      + ", 2 FROM VALUES (1) AS v("
                      + word
                      + ") WHERE "
                      + word
                      + " = 1"))
          .as(word)
          .containsExactly("1,2");
    }
    assertThat(queries.rows("SELECT CASE WHEN when = 1 THEN when END FROM VALUES (1) AS v(when)"))
        .containsExactly("1");
    assertThat(queries.mistake("SELECT id, FROM t")).contains("'FROM' stands where an expression");
    assertThat(queries.mistake("SELECT id FROM t GROUP BY ORDER BY id")).contains("'ORDER' stands");
  }

  @Test
  void innerNamesHideOuterOnes() {
    assertThat(
            queries.rows(
                "WITH a AS (SELECT 1 AS x), b AS (WITH a AS (SELECT 2 AS x) SELECT * FROM a)"
                    + " SELECT * FROM a, b"))
        .containsExactly("1,2");
    assertThat(queries.mistake("WITH a AS (SELECT 1), a AS (SELECT 2) SELECT * FROM a"))
        .contains("duplicated-cte-names");
  }

  @Test
  void keysAreFoundAgainInOtherOrder() {
    assertThat(
            queries.rows(
                "SELECT 1 + id, count(*) FROM t GROUP BY GROUPING SETS ((id + 1), ()) ORDER BY 1"))
        .containsExactly("null,2", "2,1", "3,1");
    assertThat(queries.rows("SELECT upper(k) FROM t GROUP BY `upper(k)`"))
        .containsExactlyInAnyOrder("A", "B");
  }

  @Test
  void aColumnShownTwiceIsNoRivalOfItself() {
    assertThat(queries.rows("SELECT k FROM (SELECT k, id, k FROM t) WHERE k = 'a'"))
        .containsExactly("a");
    assertThat(queries.mistake("SELECT x FROM (SELECT id AS x, k AS x FROM t)"))
        .contains("ambiguous-column");
  }

  @Test
  void structsInListsGoByPlaces() {
    assertThat(queries.rows("SELECT id FROM t WHERE (id, k) IN ((1, 'a'), (2, 'c'))"))
        .containsExactly("1");
    assertThat(queries.names("SELECT id BETWEEN 1 AND 2, string(id) FROM t"))
        .containsExactly("between(id, 1, 2)", "id");
  }
}
