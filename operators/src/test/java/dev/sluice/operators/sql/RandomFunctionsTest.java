package dev.sluice.operators.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Numbers that Spark 4.1 draws from one partition, and where random columns may stand. */
class RandomFunctionsTest {
  private final Queries queries = new Queries();

  @Test
  void drawsSparksNumbersFromASeed() {
    assertThat(queries.rows("SELECT rand(0), random(0), rand(NULL), randn(0)"))
        .containsExactly(
            "0.7604953758285915,0.7604953758285915,0.7604953758285915,1.6034991609278433");
    assertThat(queries.rows("SELECT rand(42) FROM range(3)"))
        .containsExactly("0.619189370225301", "0.5096018842446481", "0.8325259388871524");
    assertThat(queries.rows("SELECT randstr(3, 0), uniform(10, 20, 0)")).containsExactly("ceV,17");
  }

  @Test
  void drawsAnewForEachRowAndEachCall() {
    assertThat(
            queries.rows(
                "SELECT count(DISTINCT rand), count(DISTINCT uuid), min(rand <> other)"
                    + " FROM (SELECT rand() AS rand, rand() AS other, uuid() AS uuid FROM range(5000))"))
        .containsExactly("5000,5000,true");
  }

  @Test
  void drawsAnewForEachRun() {
    assertThat(queries.rows("SELECT uuid()")).isNotEqualTo(queries.rows("SELECT uuid()"));
  }

  @Test
  void makesUuidsOfVersion4() {
    assertThat(queries.rows("SELECT uuid() FROM range(20)"))
        .allMatch(
            u -> u.matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
  }

  @Test
  void meansTheSameNumberByTheSameName() {
    assertThat(queries.rows("SELECT rand() AS r, r AS s, r = s AND r + 1 = s + 1 FROM range(3)"))
        .allMatch(row -> row.split(",")[0].equals(row.split(",")[1]) && row.endsWith(",true"));
    List<String> ordered = queries.rows("SELECT rand() AS r FROM range(50) ORDER BY r");
    assertThat(ordered.stream().map(Double::valueOf)).isSorted();
    List<String> grouped =
        queries.rows("SELECT rand() AS r, count(*) FROM range(50) GROUP BY id ORDER BY r");
    assertThat(grouped.stream().map(row -> Double.valueOf(row.split(",")[0]))).isSorted();
  }

  @Test
  void shufflesWithoutLosingElements() {
    assertThat(queries.rows("SELECT array_sort(shuffle(array(3, NULL, 1, 2))) FROM range(3)"))
        .containsOnly("[1, 2, 3, null]");
    assertThat(queries.rows("SELECT shuffle(CAST(NULL AS ARRAY<INT>))")).containsExactly("null");
    assertThat(
            queries.rows(
                "SELECT count(DISTINCT s) FROM"
                    + " (SELECT shuffle(sequence(1, 20)) AS s FROM range(100))"))
        .containsExactly("100");
  }

  @Test
  void numbersRows() {
    assertThat(
            queries.rows(
                "SELECT monotonically_increasing_id(), spark_partition_id() FROM range(2)"))
        .containsExactly("0,0", "1,0");
    assertThat(
            queries.rows(
                "SELECT count(DISTINCT n) FROM (SELECT monotonically_increasing_id() n"
                    + " FROM (SELECT 1 FROM range(9) UNION ALL SELECT 2 FROM range(9)))"))
        .containsExactly("18");
  }

  @Test
  void refusesRandomWhereRowsArePairedOrConstant() {
    assertThat(queries.mistake("SELECT 1 FROM range(2) a JOIN range(2) b ON rand() < 0.5"))
        .contains("error[invalid-non-deterministic-expressions]")
        .contains("compute the random column before the join");
    assertThat(queries.mistake("SELECT * FROM VALUES (rand())")).contains("VALUES takes constants");
    assertThat(queries.mistake("SELECT sum(rand()) FROM range(2)"))
        .contains("aggregate-function-with-nondeterministic-expression");
    assertThat(queries.mistake("SELECT rand(id) FROM range(2)")).contains("must be a constant");
    assertThat(queries.mistake("SELECT rand('a')")).contains("'a'");
    assertThat(queries.mistake("SELECT uniform('a', 1)")).contains("must be a number");
  }

  @Test
  void takesTheTimeOfTheQueryInValues() {
    assertThat(queries.rows("SELECT col1 = now(), col2 FROM VALUES (now(), 1), (now(), 2.5)"))
        .containsExactly("true,1.0", "true,2.5");
  }
}
