package dev.sluice.operators.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Groups and aggregates where their rules are easily got wrong. */
class GroupRulesTest {
  private final Queries queries =
      new Queries().table("t", "SELECT * FROM VALUES (1, 2.50), (3, 4.50) AS t(a, m)");

  @Test
  void groupingSetsOfNoRowsHaveNoGroup() {
    assertThat(queries.rows("SELECT a, count(*) FROM t WHERE a > 5 GROUP BY ROLLUP(a)")).isEmpty();
    assertThat(queries.rows("SELECT count(*) FROM t WHERE a > 5")).containsExactly("0");
    assertThat(queries.rows("SELECT a, count(*) FROM t GROUP BY ROLLUP(a)"))
        .containsExactlyInAnyOrder("1,1", "3,1", "null,2");
  }

  @Test
  void meansOfPairsHaveTheTypeOfMeans() {
    assertThat(queries.rows("SELECT regr_avgx(a, m), regr_avgy(a, m) FROM t"))
        .containsExactly("3.500000,2.0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"stddev_pop(d)", "var_samp(d)", "skewness(d)", "covar_pop(d, d)"})
  void squaresThatOverflowLeaveNoNumber(String aggregate) {
    assertThat(queries.rows("SELECT " + aggregate + " FROM VALUES (1e308D), (1e308D) AS v(d)"))
        .containsExactly("NaN");
  }

  /** Seen on Spark, whose counts are in a hash table. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "INT | (3), (1), (2) | 1",
        "INT | (0), (10), (100) | 100",
        "INT | (5), (4), (5), (4), (6) | 4",
        "DOUBLE | (3), (1), (2) | 2.0",
        "STRING | (3), (1), (2) | 2",
        "DECIMAL(5,2) | (7), (6) | 6.00",
        "DECIMAL(5,1) | (0.5), (1) | 1.0",
        "INT | (NULL), (7), (7), (6) | 7"
      })
  void ofEquallyFrequentValuesModeIsTheFirstOfTheTable(String type, String values, String mode) {
    assertThat(
            queries.rows("SELECT mode(CAST(x AS " + type + ")) FROM VALUES " + values + " AS v(x)"))
        .containsExactly(mode);
  }

  @Test
  void percentilesWithinTheErrorOfTheEndsAreTheEnds() {
    assertThat(
            queries.rows(
                "SELECT percentile_approx(a, 1.0D, 1), percentile_approx(a, array(0.5, 0.6), 2),"
                    + " percentile_approx(a, '0.5') FROM VALUES (1), (2), (3), (4) AS v(a)"))
        .containsExactly("1,[1, 4],2");
  }

  @Test
  void groupingFunctionsNeedGroupingSets() {
    assertThat(queries.mistake("SELECT grouping(a) FROM t"))
        .contains("unsupported-grouping-expression");
  }
}
