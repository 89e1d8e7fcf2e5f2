package dev.sluice.operators.function.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.function.Accumulator;
import dev.sluice.operators.function.Aggregation;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.sql.FunctionRegistry;
import dev.sluice.operators.sql.SelectCompiler;
import dev.sluice.operators.testing.SqlTesting;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every aggregation, whatever it computes. */
class AggregationPropertiesTest {
  private static final int SLOTS = 7;
  private static final FunctionRegistry FUNCTIONS = FunctionRegistry.load();
  private static final Batch ROWS = rows(600, new Random(42));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "count(1)",
        "count(i)",
        "count(i, s)",
        "count_if(b)",
        "sum(i)",
        "sum(l)",
        "sum(f)",
        "sum(d)",
        "sum(n)",
        "sum(w)",
        "sum(ym)",
        "sum(dt)",
        "avg(i)",
        "avg(d)",
        "avg(n)",
        "avg(w)",
        "avg(ym)",
        "avg(dt)",
        "try_sum(l)",
        "try_sum(w)",
        "try_avg(n)",
        "min(i)",
        "max(i)",
        "min(d)",
        "max(d)",
        "min(s)",
        "max(s)",
        "min(b)",
        "max(w)",
        "min(a)",
        "max(struct(i, s))",
        "min_by(s, i)",
        "max_by(i, d)",
        "first(i)",
        "first(s, true)",
        "last(i)",
        "last(a, true)",
        "any_value(s)",
        "stddev(d)",
        "stddev_pop(i)",
        "variance(d)",
        "var_pop(i)",
        "skewness(d)",
        "kurtosis(d)",
        "covar_pop(i, d)",
        "covar_samp(i, d)",
        "corr(i, d)",
        "regr_slope(i, d)",
        "regr_count(i, d)",
        "collect_list(i)",
        "collect_list(s)",
        "collect_list(a)",
        "collect_set(i)",
        "collect_set(s)",
        "collect_set(d)",
        "bool_and(b)",
        "bool_or(b)",
        "bit_and(i)",
        "bit_or(l)",
        "bit_xor(i)",
        "approx_count_distinct(s)",
        "approx_count_distinct(l)",
        "percentile(d, 0.3)",
        "percentile(i, array(0.1, 0.9))",
        "median(i)",
        "percentile_approx(i, 0.5)",
        "mode(i, true)",
        "listagg(s)",
        "listagg(s, ',') WITHIN GROUP (ORDER BY i DESC, s)",
        "histogram_numeric(i, 200)",
        "bitmap_construct_agg(i + 25)",
        "count_min_sketch(l, 0.1d, 0.9d, 7)",
        "hll_sketch_agg(s)",
        "theta_sketch_agg(l)"
      })
  void partialStatesMergeToTheResultOfOnePass(String call) {
    Aggregation aggregation = bind(call);
    int[] slots = slots(ROWS.rows());
    Accumulator whole = accumulator(aggregation);
    whole.add(slots, arguments(aggregation, ROWS), ROWS.rows());
    Accumulator merged = accumulator(aggregation);
    int[] all = all();
    for (int from = 0; from < ROWS.rows(); from += 150) {
      Batch part = ROWS.slice(from, from + 150);
      Accumulator partial = accumulator(aggregation);
      partial.add(Arrays.copyOfRange(slots, from, from + 150), arguments(aggregation, part), 150);
      List<Column> state = partial.state(all, SLOTS);
      assertThat(state).hasSameSizeAs(aggregation.stateTypes());
      for (int c = 0; c < state.size(); c++) {
        assertThat(state.get(c).type().catalogString())
            .isEqualTo(aggregation.stateTypes().get(c).catalogString());
      }
      merged.merge(all, state, SLOTS);
    }
    Column result = whole.result(all, SLOTS);
    assertThat(result.type().catalogString()).isEqualTo(aggregation.type().catalogString());
    for (int i = 0; i < SLOTS; i++) {
      same(merged.result(all, SLOTS).value(i), result.value(i));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "count(i)",
        "sum(l)",
        "sum(w)",
        "avg(n)",
        "min(s)",
        "max_by(i, d)",
        "last(a)",
        "stddev(d)",
        "corr(i, d)",
        "collect_list(s)",
        "collect_set(s)",
        "bit_xor(i)",
        "approx_count_distinct(s)",
        "median(i)",
        "mode(i, true)",
        "listagg(s) WITHIN GROUP (ORDER BY i, s)",
        "histogram_numeric(i, 10)"
      })
  void clearedSlotsAreEmptyGroups(String call) {
    Aggregation aggregation = bind(call);
    int[] slots = slots(ROWS.rows());
    int[] all = all();
    Accumulator fresh = accumulator(aggregation);
    Accumulator reused = accumulator(aggregation);
    List<Column> arguments = arguments(aggregation, ROWS);
    for (int round = 0; round < 20; round++) {
      reused.add(slots, arguments, ROWS.rows());
      reused.clear(all, SLOTS);
    }
    for (int i = 0; i < SLOTS; i++) {
      same(reused.result(all, SLOTS).value(i), fresh.result(all, SLOTS).value(i));
    }
    reused.add(slots, arguments, ROWS.rows());
    fresh.add(slots, arguments, ROWS.rows());
    for (int i = 0; i < SLOTS; i++) {
      same(reused.result(all, SLOTS).value(i), fresh.result(all, SLOTS).value(i));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sum(i)",
        "min(s)",
        "count(s)",
        "collect_list(d)",
        "avg(n)",
        "stddev(i)",
        "count_if(b)"
      })
  void selectedRowsAreAddedAsIfTheyWereCopied(String call) {
    Aggregation aggregation = bind(call);
    int[] odd = new int[ROWS.rows() / 2];
    for (int i = 0; i < odd.length; i++) {
      odd[i] = 2 * i + 1;
    }
    Batch selected = ROWS.select(odd, odd.length);
    int[] slots = slots(odd.length);
    Accumulator lazily = accumulator(aggregation);
    lazily.add(slots, arguments(aggregation, selected), odd.length);
    List<Column> flat = new ArrayList<>();
    for (Column column : selected.columns()) {
      flat.add(column.flatten());
    }
    Accumulator copied = accumulator(aggregation);
    copied.add(
        slots, arguments(aggregation, new Batch(ROWS.schema(), flat, odd.length)), odd.length);
    for (int i = 0; i < SLOTS; i++) {
      same(lazily.result(all(), SLOTS).value(i), copied.result(all(), SLOTS).value(i));
    }
  }

  @Test
  void emptyGroupsHaveSparksResults() {
    assertThat(empty("count(i)")).isEqualTo(0L);
    assertThat(empty("sum(i)")).isNull();
    assertThat(empty("avg(d)")).isNull();
    assertThat(empty("collect_list(i)")).isEqualTo(List.of());
    assertThat(empty("approx_count_distinct(i)")).isEqualTo(0L);
    assertThat(empty("bool_and(b)")).isNull();
  }

  @Test
  void oneValueHasNoSampleDeviationButAPopulationOne() {
    Batch one = ROWS.slice(0, 1);
    assertThat(single("stddev(1.5D)", one)).isNull();
    assertThat(single("stddev_pop(1.5D)", one)).isEqualTo(0.0);
    assertThat(single("var_samp(1.5D)", one)).isNull();
    assertThat(single("skewness(1.5D)", one)).isNull();
  }

  @Test
  void bigintSumFailsOnOverflowWhereTrySumIsNull() {
    Batch two = ROWS.slice(0, 2);
    assertThatThrownBy(() -> single("sum(9223372036854775807L)", two))
        .isInstanceOfSatisfying(
            EvaluationException.class, e -> assertThat(e.code()).isEqualTo("ARITHMETIC_OVERFLOW"));
    assertThat(single("try_sum(9223372036854775807L)", two)).isNull();
  }

  @Test
  void decimalSumsAndMeansHaveSparksScales() {
    Batch three = ROWS.slice(0, 3);
    assertThat(single("sum(1.10)", three)).isEqualTo(new BigDecimal("3.30"));
    assertThat(single("avg(1.10)", three)).isEqualTo(new BigDecimal("1.100000"));
    assertThat(single("sum(-99999999999999999999999999999999999.99)", three))
        .isEqualTo(new BigDecimal("-299999999999999999999999999999999999.97"));
  }

  @Test
  void estimatesOfManyValuesAreNear() {
    int[] slots = new int[4000];
    Aggregation aggregation = bind("approx_count_distinct(l)");
    Accumulator accumulator = accumulator(aggregation);
    for (int batch = 0; batch < 5; batch++) {
      List<List<Object>> rows = new ArrayList<>();
      for (long i = 0; i < 4000; i++) {
        rows.add(List.of(i + batch * 4000L));
      }
      Batch values = SqlTesting.batch("l BIGINT", new ArrayList<>(rows));
      accumulator.add(slots, List.of(values.column(0)), 4000);
    }
    Object estimate = accumulator.result(new int[] {0}, 1).value(0);
    assertThat(((Number) estimate).doubleValue()).isCloseTo(20000.0, within(2000.0));
  }

  private static Object empty(String call) {
    Aggregation aggregation = bind(call);
    return accumulator(aggregation).result(new int[] {0}, 1).value(0);
  }

  private static Object single(String call, Batch batch) {
    Aggregation aggregation = bind(call);
    Accumulator accumulator = accumulator(aggregation);
    accumulator.add(new int[batch.rows()], arguments(aggregation, batch), batch.rows());
    return accumulator.result(new int[] {0}, 1).value(0);
  }

  private static void same(Object actual, Object expected) {
    if (expected instanceof Double number && !number.isNaN()) {
      assertThat((Double) actual).isCloseTo(number, within(Math.abs(number) * 1e-9 + 1e-9));
    } else {
      assertThat(actual).isEqualTo(expected);
    }
  }

  private static Accumulator accumulator(Aggregation aggregation) {
    Accumulator accumulator = aggregation.accumulator();
    accumulator.grow(2);
    accumulator.grow(SLOTS);
    return accumulator;
  }

  private static List<Column> arguments(Aggregation aggregation, Batch batch) {
    return aggregation.arguments().stream()
        .map(a -> a.evaluate(batch, EvaluationContext.NONE))
        .toList();
  }

  private static int[] all() {
    int[] all = new int[SLOTS];
    for (int i = 0; i < SLOTS; i++) {
      all[i] = i;
    }
    return all;
  }

  /** The last slot stays empty. */
  private static int[] slots(int rows) {
    int[] slots = new int[rows];
    for (int i = 0; i < rows; i++) {
      slots[i] = (i * 31 + i / 7) % (SLOTS - 1);
    }
    return slots;
  }

  private static Aggregation bind(String call) {
    Problems problems = new Problems();
    Origin origin = Origin.NONE;
    Rel rel =
        new SelectCompiler(Session.DEFAULT, FUNCTIONS, problems)
            .aggregate(
                new Rel.Read("test", ROWS.schema(), false, origin),
                List.of(),
                List.of(new SelectCompiler.Named("x", SqlTesting.text(call))),
                Rel.Aggregate.Scope.BATCH,
                origin)
            .orElse(null);
    problems.throwIfErrors();
    while (rel != null && !(rel instanceof Rel.Aggregate)) {
      rel = rel.inputs().get(0);
    }
    return ((Rel.Aggregate) rel).aggregations().get(0).aggregation();
  }

  private static Batch rows(int count, Random random) {
    List<List<Object>> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<Object> row =
          Arrays.asList(
              random.nextInt(50) - 25,
              random.nextLong() >> 20,
              random.nextInt(1000) / 8f,
              random.nextGaussian() * 100,
              BigDecimal.valueOf(random.nextInt(100000), 2),
              new BigDecimal(random.nextLong()).setScale(5),
              random.nextInt(100),
              random.nextInt(100000) * 1000L,
              random.nextBoolean(),
              "s" + random.nextInt(40),
              List.of(random.nextInt(5), random.nextInt(5)));
      for (int c = 0; c < row.size(); c++) {
        if (random.nextInt(6) == 0) {
          row.set(c, null);
        }
      }
      rows.add(row);
    }
    return SqlTesting.batch(
        "i INT, l BIGINT, f FLOAT, d DOUBLE, n DECIMAL(10,2), w DECIMAL(30,5), ym INTERVAL YEAR TO MONTH,"
            + " dt INTERVAL DAY TO SECOND, b BOOLEAN, s STRING, a ARRAY<INT>",
        rows);
  }
}
