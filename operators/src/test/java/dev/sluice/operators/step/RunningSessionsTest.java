package dev.sluice.operators.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.operator.DataflowHarness;
import dev.sluice.operators.operator.DataflowHarness.EpochInput;
import dev.sluice.operators.operator.DataflowHarness.Way;
import dev.sluice.operators.plan.OutputMode;
import dev.sluice.operators.plan.Rel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sessions over a stream against a model that follows Spark's rules row by row, however the rows
 * are cut, spread over workers and restarted.
 */
@NullMarked
class RunningSessionsTest {
  private static final Schema SCHEMA =
      Schema.of(
          new Field("k", AtomicType.STRING),
          new Field("ts", AtomicType.TIMESTAMP),
          new Field("v", AtomicType.BIGINT));
  private static final long SECOND = 1_000_000L;
  private static final long DELAY = 9;

  @TempDir Path folder;
  private int runs;

  /** A session of the model, in seconds, with the values of its rows in the order of time. */
  private static final class Open {
    final long start;
    long end;
    final List<Long> values = new ArrayList<>();

    Open(long start, long end) {
      this.start = start;
      this.end = end;
    }

    String row(@Nullable Object key, boolean all) {
      List<@Nullable Object> row = new ArrayList<>();
      row.add(List.of(start * SECOND, end * SECOND));
      row.add(key);
      row.add((long) values.size());
      row.add(values.stream().mapToLong(Long::longValue).sum());
      if (all) {
        row.add(values);
      }
      return row.toString();
    }
  }

  private static List<EpochInput> input(long seed, int spread) {
    Random random = new Random(seed);
    List<EpochInput> epochs = new ArrayList<>();
    long value = 0;
    for (int epoch = 0; epoch < 6; epoch++) {
      List<List<List<@Nullable Object>>> splits = new ArrayList<>();
      for (int split = random.nextInt(4); split > 0; split--) {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (int i = random.nextInt(8); i > 0; i--) {
          long seconds = 8L * epoch + random.nextInt(spread) - 3;
          rows.add(
              Arrays.asList(
                  random.nextInt(9) == 0 ? null : "k" + random.nextInt(2),
                  random.nextInt(12) == 0 ? null : (Object) (seconds * SECOND),
                  (Object) value++));
        }
        splits.add(rows);
      }
      epochs.add(new EpochInput(splits));
    }
    return epochs;
  }

  private static Rel plan(String gap, boolean all) {
    Map<String, Object> aggregations = new LinkedHashMap<>();
    aggregations.put("n", "count(*)");
    aggregations.put("total", "sum(v)");
    if (all) {
      aggregations.put("every", "collect_list(v)");
    }
    Map<String, Object> value = new LinkedHashMap<>();
    value.put("window", Map.of("column", "ts", "gap", gap));
    value.put("keys", List.of("k"));
    value.put("agg", aggregations);
    Rel watermarked =
        new StepHarness(SCHEMA)
            .plan(new WatermarkStep(), Map.of("column", "ts", "delay", DELAY + " seconds"));
    return new StepHarness(SCHEMA).over(watermarked).plan(new GroupByStep(), value);
  }

  /** What each epoch must give. */
  private static List<List<String>> expected(
      List<EpochInput> input, LongUnaryOperator gap, boolean all, OutputMode mode) {
    Map<@Nullable Object, List<Open>> state = new HashMap<>();
    List<List<String>> expected = new ArrayList<>();
    long watermark = 0;
    long late = 0;
    for (EpochInput epoch : input) {
      long latest = watermark;
      Map<@Nullable Object, List<Open>> rows = new HashMap<>();
      for (List<@Nullable Object> row : epoch.splits().stream().flatMap(List::stream).toList()) {
        if (row.get(1) instanceof Long micros) {
          long at = micros / SECOND;
          latest = Math.max(latest, at - DELAY);
          long value = (Long) Objects.requireNonNull(row.get(2));
          Open alone = new Open(at, at + gap.applyAsLong(value));
          alone.values.add(value);
          if (alone.end > at && alone.end > late) {
            rows.computeIfAbsent(row.get(0), k -> new ArrayList<>()).add(alone);
          }
        }
      }
      rows.forEach((key, own) -> state.merge(key, own, RunningSessionsTest::merged));
      state.replaceAll((key, own) -> rows.containsKey(key) ? merged(own, List.of()) : own);
      List<String> given = new ArrayList<>();
      long limit = watermark;
      for (Map.Entry<@Nullable Object, List<Open>> each : state.entrySet()) {
        for (Open open : each.getValue()) {
          if (mode == OutputMode.COMPLETE || open.end <= limit) {
            given.add(open.row(each.getKey(), all));
          }
        }
        if (mode != OutputMode.COMPLETE) {
          each.getValue().removeIf(open -> open.end <= limit);
        }
      }
      given.sort(Comparator.naturalOrder());
      expected.add(given);
      late = watermark;
      watermark = latest;
    }
    return expected;
  }

  private static List<Open> merged(List<Open> there, List<Open> rows) {
    List<Open> sorted = new ArrayList<>(rows);
    sorted.sort(Comparator.<Open>comparingLong(o -> o.start).thenComparingLong(o -> o.end));
    List<Open> both = new ArrayList<>(there);
    both.addAll(sorted);
    both.sort(Comparator.comparingLong(o -> o.start));
    List<Open> result = new ArrayList<>();
    for (Open next : both) {
      Open last = result.isEmpty() ? null : result.get(result.size() - 1);
      if (last == null || next.start > last.end) {
        last = new Open(next.start, next.end);
        result.add(last);
      }
      last.end = Math.max(last.end, next.end);
      last.values.addAll(next.values);
    }
    return result;
  }

  /** As {@link #plan}, with the session made by a step of its own. */
  private static Rel apart() {
    Rel watermarked =
        new StepHarness(SCHEMA)
            .plan(new WatermarkStep(), Map.of("column", "ts", "delay", DELAY + " seconds"));
    Rel made =
        new StepHarness(SCHEMA)
            .over(watermarked)
            .plan(new WithColumnsStep(), Map.of("s", "session_window(ts, '4 seconds')"));
    Map<String, Object> aggregations = new LinkedHashMap<>();
    aggregations.put("n", "count(*)");
    aggregations.put("total", "sum(v)");
    return new StepHarness(SCHEMA)
        .over(made)
        .plan(new GroupByStep(), Map.of("keys", List.of("s", "k"), "agg", aggregations));
  }

  @Test
  void columnMadeEarlierIsASessionToo() throws IOException {
    List<EpochInput> input = input(3, 25);
    DataflowHarness harness = new DataflowHarness(apart(), OutputMode.APPEND, "in", SCHEMA);
    List<List<String>> actual = new ArrayList<>();
    Way way = new Way(2, 3, DataflowHarness.Shape.FLAT, -1);
    for (List<List<@Nullable Object>> epoch : harness.run(input, way, folder.resolve("state"))) {
      actual.add(epoch.stream().map(List::toString).sorted().toList());
    }
    assertThat(actual).isEqualTo(expected(input, value -> 4, false, OutputMode.APPEND));
  }

  private void agrees(
      long seed, int spread, String gap, LongUnaryOperator seconds, boolean all, OutputMode mode)
      throws IOException {
    List<EpochInput> input = input(seed, spread);
    List<List<String>> expected = expected(input, seconds, all, mode);
    DataflowHarness harness = new DataflowHarness(plan(gap, all), mode, "in", SCHEMA);
    List<Long> kept = List.of();
    for (Way way : DataflowHarness.ways(input.size())) {
      List<List<String>> actual = new ArrayList<>();
      for (List<List<@Nullable Object>> epoch :
          harness.run(input, way, folder.resolve("state" + runs++))) {
        List<String> rows = new ArrayList<>();
        epoch.forEach(row -> rows.add(row.toString()));
        rows.sort(Comparator.naturalOrder());
        actual.add(rows);
      }
      assertThat(actual).as("%s, seed %d", way, seed).isEqualTo(expected);
      kept = kept.isEmpty() ? harness.kept() : kept;
      assertThat(harness.kept()).as("%s, seed %d", way, seed).isEqualTo(kept);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void appendGivesEachSessionOnceWhenTheWatermarkPassesItsEnd(long seed) throws IOException {
    agrees(seed, 25, "4 seconds", value -> 4, false, OutputMode.APPEND);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void valuesAreTakenInTheOrderOfTime(long seed) throws IOException {
    agrees(seed, 40, "4 seconds", value -> 4, true, OutputMode.APPEND);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void aGapOfEachRowIsAddedToItsTimeAndWithoutOneTheRowIsPassedOver(long seed) throws IOException {
    agrees(
        seed,
        25,
        "CASE v % 4 WHEN 0 THEN '0 seconds' WHEN 1 THEN '-2 seconds' WHEN 2 THEN '9 seconds'"
            + " ELSE '3 seconds' END",
        value -> new long[] {0, -2, 9, 3}[(int) (value % 4)],
        true,
        OutputMode.APPEND);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void completeGivesAllSessionsAndDropsLateRows(long seed) throws IOException {
    agrees(seed, 25, "4 seconds", value -> 4, false, OutputMode.COMPLETE);
    agrees(seed, 25, "4 seconds", value -> 4, true, OutputMode.COMPLETE);
  }

  @Test
  void manySessionsOfOneKeyAreMergedByTheRowsBetweenThem() throws IOException {
    List<List<@Nullable Object>> even = new ArrayList<>();
    List<List<@Nullable Object>> odd = new ArrayList<>();
    for (long i = 0; i < 20_000; i++) {
      (i % 2 == 0 ? even : odd).add(Arrays.asList("hot", (Object) (i * 3 * SECOND), (Object) 1L));
    }
    List<EpochInput> input = List.of(new EpochInput(List.of(odd, even)), new EpochInput(List.of()));
    DataflowHarness harness =
        new DataflowHarness(plan("3 seconds", false), OutputMode.COMPLETE, "in", SCHEMA);
    List<Object> one = List.of(List.of(0L, 60_000 * SECOND), "hot", 20_000L, 20_000L);
    for (int workers : new int[] {1, 2}) {
      Way way = new Way(workers, 4096, DataflowHarness.Shape.FLAT, 1);
      assertThat(harness.run(input, way, folder.resolve("state" + workers)))
          .isEqualTo(List.of(List.of(one), List.of(one)));
    }
  }
}
