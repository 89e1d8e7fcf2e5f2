package dev.sluice.operators.function.sketch;

import static dev.sluice.operators.testing.SqlTesting.query;
import static dev.sluice.operators.testing.SqlTesting.queryProblems;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.diagnostics.PipelineException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SketchesTest {
  private static Object value(String sql) {
    return Objects.requireNonNull(query("SELECT " + sql).get(0).get(0));
  }

  private static double number(String sql) {
    return ((Number) value(sql)).doubleValue();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 100, 1000, 20_000, 300_000})
  void distinctValuesAreCountedWithinTheErrorOfTheirRegisters(int values) {
    assertThat(number("hll_sketch_estimate(hll_sketch_agg(id)) FROM range(" + values + ")"))
        .isCloseTo(values, within(values <= 500 ? 0.0 : values * 0.06));
    assertThat(number("theta_sketch_estimate(theta_sketch_agg(id)) FROM range(" + values + ")"))
        .isCloseTo(values, within(values <= 4096 ? 0.0 : values * 0.06));
  }

  @Test
  void sketchesOfDifferentSizesUniteToTheCoarserOne() {
    assertThat(
            number(
                "hll_sketch_estimate(hll_union_agg(s, true)) FROM (SELECT hll_sketch_agg(id, 14) AS"
                    + " s FROM range(30000) UNION ALL SELECT hll_sketch_agg(id, 11) AS s FROM"
                    + " range(20000, 50000))"))
        .isCloseTo(50_000, within(5_000.0));
    assertThatThrownBy(
            () ->
                query(
                    "SELECT hll_union_agg(s) FROM (SELECT hll_sketch_agg(1, 12) AS s UNION ALL"
                        + " SELECT hll_sketch_agg(1, 13) AS s)"))
        .isInstanceOf(PipelineException.class)
        .hasMessageContaining("lgConfigK 12 and 13");
  }

  @Test
  void stateOfAnotherVersionIsToldAsThat() {
    SketchAccumulator<FrequentItems> top =
        new SketchAccumulator<>(
            () -> new FrequentItems(8), AtomicType.BIGINT, (sketch, out) -> out.appendNull());
    top.grow(1);
    ColumnBuilder stored = ColumnBuilder.of(AtomicType.BINARY, 1);
    stored.appendValue(new byte[40]);
    List<Column> state = List.of(stored.build());
    assertThatThrownBy(() -> top.merge(new int[] {0}, state, 1))
        .isInstanceOf(PipelineException.class)
        .hasMessageContaining("no sketch of frequent items")
        .hasMessageContaining("start with a new checkpointLocation");
  }

  /** Spark's places: a partial table of eight is stored, read and put into another one. */
  @Test
  void itemsOfEqualCountsComeAsTheyLieInTheFinalTable() {
    List<List<Long>> expected =
        List.of(
            List.of(0L, 2L), List.of(4L, 2L), List.of(2L, 1L), List.of(1L, 1L), List.of(12L, 1L));
    List<List<Long>> rows =
        ((List<?>)
                value(
                    "approx_top_k(c) FROM VALUES (0), (0), (1), (12), (2), (3), (4), (4) AS t(c)"))
            .stream()
                .map(row -> (List<?>) row)
                .map(row -> row.stream().map(n -> ((Number) n).longValue()).toList())
                .toList();
    assertThat(rows).isEqualTo(expected);
  }

  @Test
  void valuesAreNotCastToBeCounted() {
    assertThat(queryProblems("SELECT hll_sketch_agg(c) FROM VALUES (1BD), (2BD) AS t(c)"))
        .hasSize(1);
    assertThat(queryProblems("SELECT hll_sketch_agg(CAST(1 AS TINYINT))")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"theta_union,60000", "theta_intersection,20000", "theta_difference,20000"})
  void setsAreUnitedCutAndSubtracted(String function, int expected) {
    assertThat(
            number(
                "theta_sketch_estimate("
                    + function
                    + "(a, b)) FROM (SELECT theta_sketch_agg(CASE WHEN id < 40000 THEN id END) AS"
                    + " a, theta_sketch_agg(CASE WHEN id >= 20000 THEN id END) AS b FROM"
                    + " range(60000))"))
        .isCloseTo(expected, within(expected * 0.12));
  }

  @Test
  void quantilesAreExactForFewValuesAndCloseForMany() {
    assertThat(
            value(
                "kll_sketch_get_quantile_bigint(kll_sketch_agg_bigint(id), array(0.0, 0.5, 0.9,"
                    + " 1.0)) FROM range(1, 11)"))
        .isEqualTo(List.of(1L, 5L, 9L, 10L));
    assertThat(
            number(
                "kll_sketch_get_quantile_double(kll_sketch_agg_double(id * 7919 % 100003), 0.3)"
                    + " FROM range(100003)"))
        .isCloseTo(30_000, within(2_500.0));
    assertThat(
            number("kll_sketch_get_rank_float(kll_sketch_agg_float(-id), -2.5) FROM range(0, 10)"))
        .isCloseTo(0.7, within(1e-9));
    assertThat(
            number(
                "kll_sketch_get_n_bigint(kll_sketch_merge_bigint(s, s)) FROM (SELECT"
                    + " kll_sketch_agg_bigint(id) AS s FROM range(5000))"))
        .isEqualTo(10_000.0);
  }

  @Test
  void frequentItemsSurviveAmongMoreThanCanBeTracked() {
    String rows = " FROM (SELECT CASE WHEN id % 3 = 0 THEN 7 ELSE id END AS v FROM range(20000))";
    Object top = value("approx_top_k(v, 1, 100)" + rows);
    assertThat(((List<?>) ((List<?>) top).get(0)).get(0)).isEqualTo(7L);
  }

  @Test
  void barsOfAHistogramUniteWhereTheyAreClosest() {
    assertThat(value("histogram_numeric(c, 2) FROM VALUES (1), (2), (10), (11), (12) AS t(c)"))
        .isEqualTo(List.of(List.of(1, 2.0), List.of(11, 3.0)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hll_sketch_estimate(X'00')",
        "theta_sketch_estimate(CAST('abc' AS BINARY))",
        "kll_sketch_get_n_double(kll_sketch_agg_bigint(1))",
        "kll_sketch_to_string_bigint(substring(kll_sketch_agg_bigint(1), 1, 20))"
      })
  void bytesThatHoldNoSketchOfTheKindAreRefused(String sql) {
    assertThatThrownBy(() -> query("SELECT " + sql))
        .isInstanceOf(PipelineException.class)
        .hasMessageContaining("no sketch of its kind");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hll_sketch_agg(1, 3)",
        "theta_sketch_agg(1, 27)",
        "kll_sketch_agg_bigint(1, 7)",
        "hll_sketch_agg(1, '12')",
        "theta_union(1, 2)",
        "approx_top_k(1, 0)",
        "approx_top_k(1, 5, 4)",
        "histogram_numeric(1, 1)",
        "bitmap_count('a')",
        "count_min_sketch(1, 0.5, 0.5d, 1)"
      })
  void argumentsOutOfRangeAreRefusedBeforeAnyDataMoves(String sql) {
    assertThat(queryProblems("SELECT " + sql)).hasSize(1);
  }
}
