package dev.sluice.operators.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.operator.DataflowHarness;
import dev.sluice.operators.operator.DataflowHarness.EpochInput;
import dev.sluice.operators.operator.DataflowHarness.Shape;
import dev.sluice.operators.operator.DataflowHarness.Way;
import dev.sluice.operators.plan.OutputMode;
import dev.sluice.operators.plan.Rel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Keys and event times at the edges: one key for all rows, windows that never close, times before
 * 1970, keys that are null, no number or minus zero.
 */
@NullMarked
class StatefulEdgesTest {
  private static final Schema SCHEMA =
      Schema.of(
          new Field("side", AtomicType.INT),
          new Field("d", AtomicType.DOUBLE),
          new Field("ts", AtomicType.TIMESTAMP),
          new Field("v", AtomicType.BIGINT));
  private static final long SECOND = 1_000_000L;
  private static final List<Way> FEW =
      List.of(
          new Way(1, 4096, Shape.FLAT, -1),
          new Way(2, 100, Shape.SELECTED, Way.EVERY),
          new Way(2, 4096, Shape.CONSTANT_WHERE_EQUAL, 1, 0),
          new Way(1, 1000, Shape.FLAT, Way.EVERY, 6_000));

  @TempDir Path folder;
  private int runs;

  private static List<@Nullable Object> row(@Nullable Object... values) {
    return Arrays.asList(values);
  }

  private static Rel all() {
    return new StepHarness(SCHEMA).plan(new SelectStep(), List.of("*"));
  }

  private static Rel step(Rel input, StepType step, Object value) {
    StepHarness harness = new StepHarness(SCHEMA).over(input);
    Rel rel = harness.plan(step, value);
    assertThat(harness.problems()).isEmpty();
    return rel;
  }

  private static Rel watermarked(Rel input) {
    return step(input, new WatermarkStep(), Map.of("column", "ts", "delay", "5 seconds"));
  }

  private static Rel group(Rel input, List<String> keys) {
    Map<String, Object> aggregations = new TreeMap<>(Map.of("n", "count(*)", "total", "sum(v)"));
    return step(input, new GroupByStep(), Map.of("keys", keys, "agg", aggregations));
  }

  /** Both sides of one source. */
  private static Rel join(Rel left, Rel right, String type, String condition) {
    StepHarness harness = new StepHarness(SCHEMA).over(left).with("right", right);
    Rel rel = harness.plan(new JoinStep(), Map.of("with", "right", "type", type, "on", condition));
    assertThat(harness.problems()).isEmpty();
    return rel;
  }

  private static Rel side(int side, List<String> columns) {
    Rel rows = watermarked(step(all(), new WhereStep(), "side = " + side));
    return step(rows, new SelectStep(), columns);
  }

  private List<List<String>> run(Rel rel, OutputMode mode, List<EpochInput> input, List<Way> ways)
      throws IOException {
    DataflowHarness harness = new DataflowHarness(rel, mode, "in", SCHEMA);
    List<List<String>> first = List.of();
    List<Long> kept = List.of();
    for (Way way : ways) {
      List<List<String>> out =
          harness.run(input, way, folder.resolve("state" + runs++)).stream()
              .map(epoch -> epoch.stream().map(List::toString).sorted().toList())
              .toList();
      first = first.isEmpty() ? out : first;
      kept = kept.isEmpty() ? harness.kept() : kept;
      assertThat(out).as("%s", way).isEqualTo(first);
      assertThat(harness.kept()).as("state of %s", way).isEqualTo(kept);
    }
    return first;
  }

  /** A thousand rows a second apart in each of three epochs, of a side each in turn; then none. */
  private static List<EpochInput> hot() {
    List<EpochInput> epochs = new ArrayList<>();
    for (int epoch = 0; epoch < 3; epoch++) {
      List<List<@Nullable Object>> rows = new ArrayList<>();
      for (long i = 1000L * epoch; i < 1000L * (epoch + 1); i++) {
        rows.add(row((int) (i % 2), 1.0, (10 + i) * SECOND, 1L));
      }
      epochs.add(new EpochInput(List.of(rows.subList(0, 700), rows.subList(700, 1000))));
    }
    epochs.add(new EpochInput(List.of()));
    return epochs;
  }

  @Test
  void windowThatNeverClosesKeepsOneRowAKeyAndGivesNothing() throws IOException {
    Rel rel = group(watermarked(all()), List.of("window(ts, '1000 days') AS w", "d"));
    assertThat(run(rel, OutputMode.APPEND, hot(), FEW)).allMatch(List::isEmpty);
    String window = "[0, " + 1000L * 86_400 * SECOND + "]";
    assertThat(run(rel, OutputMode.UPDATE, hot(), FEW))
        .containsExactly(
            List.of("[" + window + ", 1.0, 1000, 1000]"),
            List.of("[" + window + ", 1.0, 2000, 2000]"),
            List.of("[" + window + ", 1.0, 3000, 3000]"),
            List.of());
  }

  @Test
  void hotKeyIsOneSessionOverAllEpochs() throws IOException {
    Rel rel = group(watermarked(all()), List.of("session_window(ts, '1 second') AS s", "d"));
    String session = "[[" + 10 * SECOND + ", " + 3010 * SECOND + "], 1.0, 3000, 3000]";
    List<EpochInput> input = new ArrayList<>(hot());
    input.add(new EpochInput(List.of(List.of(row(0, 2.0, 4000 * SECOND, 1L)))));
    input.add(new EpochInput(List.of()));
    assertThat(run(rel, OutputMode.APPEND, input, FEW))
        .containsExactly(List.of(), List.of(), List.of(), List.of(), List.of(), List.of(session));
  }

  @Test
  void hotKeyJoinsEachRowWithItsNeighboursOnly() throws IOException {
    Rel rel =
        join(
            side(0, List.of("d", "ts")),
            side(1, List.of("d AS rd", "ts AS rts")),
            "inner",
            "d = rd AND ts >= rts - INTERVAL 1 SECOND AND ts <= rts + INTERVAL 1 SECOND");
    List<List<String>> out = run(rel, OutputMode.APPEND, hot(), FEW);
    // Even seconds are left, odd ones right: all have two neighbours but the first and the last.
    List<String> expected = new ArrayList<>();
    for (long i = 0; i < 2999; i++) {
      long left = (10 + i + i % 2) * SECOND;
      long right = (10 + i + 1 - i % 2) * SECOND;
      expected.add("[1.0, " + left + ", 1.0, " + right + "]");
    }
    assertThat(out).map(List::size).containsExactly(999, 1000, 1000, 0);
    assertThat(out.stream().flatMap(List::stream)).containsExactlyInAnyOrderElementsOf(expected);
  }

  @ParameterizedTest
  @CsvSource({"10, 10, 0", "10, 4, 0", "10, 5, 3", "7, 3, -2", "10, 10, -9"})
  void windowsBefore1970BeginWhereThoseAfterItDo(long duration, long slide, long start)
      throws IOException {
    String window = "window(ts, '%d seconds', '%d seconds', '%d seconds')";
    Rel rel = group(all(), List.of(String.format(window, duration, slide, start) + " AS w"));
    List<EpochInput> input = new ArrayList<>();
    Map<Long, Long> counts = new TreeMap<>();
    List<List<String>> expected = new ArrayList<>();
    for (int epoch = 0; epoch < 2; epoch++) {
      List<List<@Nullable Object>> rows = new ArrayList<>();
      for (long at = -25 * SECOND + epoch; at < 25 * SECOND; at += 1_500_000L) {
        rows.add(row(0, 1.0, at, 1L));
        // A window is any whole number of slides away from the start time.
        for (long n = -100; n < 100; n++) {
          long from = (start + n * slide) * SECOND;
          if (from <= at && at < from + duration * SECOND) {
            counts.merge(from, 1L, Long::sum);
          }
        }
      }
      input.add(new EpochInput(List.of(rows)));
      List<String> out = new ArrayList<>();
      counts.forEach(
          (from, n) -> out.add(row(List.of(from, from + duration * SECOND), n, n).toString()));
      expected.add(out.stream().sorted().toList());
    }
    assertThat(run(rel, OutputMode.COMPLETE, input, FEW)).isEqualTo(expected);
  }

  /** The same keys in each of two epochs, as both sides. */
  private static List<EpochInput> oddKeys() {
    double otherNaN = Double.longBitsToDouble(0xfff8_0000_0000_0001L);
    List<EpochInput> epochs = new ArrayList<>();
    for (int epoch = 0; epoch < 2; epoch++) {
      List<List<@Nullable Object>> rows = new ArrayList<>();
      long at = (20 + epoch) * SECOND;
      rows.add(row(epoch, epoch == 0 ? Double.NaN : otherNaN, at, 1L));
      rows.add(row(epoch, epoch == 0 ? 0.0 : -0.0, at, 10L));
      rows.add(row(epoch, null, at, 100L));
      rows.add(row(epoch, -1.0, at, 1000L));
      epochs.add(new EpochInput(List.of(rows)));
    }
    return epochs;
  }

  @Test
  void groupsTakeNaNForOneKeyAndBothZerosForAnotherAndNullForAThird() throws IOException {
    assertThat(
            run(group(all(), List.of("d")), OutputMode.UPDATE, oddKeys(), DataflowHarness.ways(2)))
        .containsExactly(
            List.of("[-1.0, 1, 1000]", "[0.0, 1, 10]", "[NaN, 1, 1]", "[null, 1, 100]"),
            List.of("[-1.0, 2, 2000]", "[0.0, 2, 20]", "[NaN, 2, 2]", "[null, 2, 200]"));
  }

  @Test
  void deduplicationTellsTheZerosApartButNotTheNaNs() throws IOException {
    Rel rows = step(all(), new SelectStep(), List.of("d"));
    Rel rel = step(rows, new DropDuplicatesStep(), Map.of("columns", List.of("d")));
    assertThat(run(rel, OutputMode.APPEND, oddKeys(), DataflowHarness.ways(2)))
        .containsExactly(List.of("[-1.0]", "[0.0]", "[NaN]", "[null]"), List.of("[-0.0]"));
  }

  @Test
  void joinsMatchNaNsAndZerosAndNullsOnlyIfAsked() throws IOException {
    for (boolean nulls : new boolean[] {false, true}) {
      Rel rel =
          join(
              side(0, List.of("d", "v")),
              side(1, List.of("d AS rd", "v AS rv")),
              "inner",
              nulls ? "d <=> rd" : "d = rd");
      List<String> matched =
          new ArrayList<>(
              List.of("[-1.0, 1000, -1.0, 1000]", "[0.0, 10, -0.0, 10]", "[NaN, 1, NaN, 1]"));
      if (nulls) {
        matched.add("[null, 100, null, 100]");
      }
      assertThat(run(rel, OutputMode.APPEND, oddKeys(), DataflowHarness.ways(2)))
          .containsExactly(List.of(), matched);
    }
  }

  /** Nine thousand keys in one minute, half of them twice; then one far later, and none. */
  private static List<EpochInput> manyAtOnce() {
    List<List<@Nullable Object>> first = new ArrayList<>();
    for (int i = 0; i < 9000; i++) {
      first.add(row(0, (double) i, 10 * SECOND, 1L));
    }
    List<List<@Nullable Object>> again = new ArrayList<>();
    for (int i = 0; i < 4500; i++) {
      again.add(row(0, (double) i, 11 * SECOND, 2L));
    }
    return List.of(
        new EpochInput(List.of(first.subList(0, 5000), first.subList(5000, 9000))),
        new EpochInput(List.of(again)),
        new EpochInput(List.of(List.of(row(0, -1.0, 10_000 * SECOND, 1L)))),
        new EpochInput(List.of()));
  }

  @Test
  void thousandsOfGroupsAreOverAtOnceEachOnce() throws IOException {
    List<Way> ways = new ArrayList<>(FEW);
    ways.add(new Way(2, 4096, Shape.FLAT, -1, 0));
    ways.add(new Way(1, 4096, Shape.FLAT, Way.EVERY, 0));
    ways.add(new Way(1, 4096, Shape.FLAT, -1, 1 << 20));
    Rel groups = group(watermarked(all()), List.of("window(ts, '1 minute') AS w", "d"));
    List<List<String>> closed = run(groups, OutputMode.APPEND, manyAtOnce(), ways);
    assertThat(closed.get(3)).hasSize(9000).doesNotHaveDuplicates();
    assertThat(closed.get(3)).contains("[[0, " + 60 * SECOND + "], 1.0, 2, 3]");
    Rel keys =
        step(watermarked(all()), new DropDuplicatesStep(), Map.of("columns", List.of("d", "ts")));
    assertThat(run(keys, OutputMode.APPEND, manyAtOnce(), ways))
        .extracting(List::size)
        .containsExactly(9000, 4500, 1, 0);
  }

  /** The watermark moves within one second, in which the key was over before it came again. */
  @Test
  void keyThatComesAgainInTheSecondInWhichItWasOverIsKnownAsLongAsAnyOther() throws IOException {
    Rel rows = step(all(), new WatermarkStep(), Map.of("column", "ts", "delay", "10 seconds"));
    Rel rel =
        step(
            rows,
            new DropDuplicatesStep(),
            Map.of("columns", List.of("d"), "withinWatermark", true));
    List<EpochInput> input = new ArrayList<>();
    long[][] keysAndMillis = {
      {1, 200}, {2, 20_500}, {3, 20_600}, {1, 20_600, 4, 20_650}, {5, 20_660}, {1, 20_700}, {}
    };
    for (long[] epoch : keysAndMillis) {
      List<List<@Nullable Object>> some = new ArrayList<>();
      for (int i = 0; i < epoch.length; i += 2) {
        some.add(row(0, (double) epoch[i], epoch[i + 1] * 1000, 1L));
      }
      input.add(new EpochInput(List.of(some)));
    }
    List<Way> ways = new ArrayList<>(FEW);
    ways.add(new Way(1, 4096, Shape.FLAT, -1, 0));
    assertThat(run(rel, OutputMode.APPEND, input, ways))
        .extracting(List::size)
        .containsExactly(1, 1, 1, 2, 1, 0, 0);
  }

  @Test
  void thousandsOfKeysTimeOutFireAndExpireAtOnceEachOnce() throws IOException {
    List<Way> ways = new ArrayList<>(FEW);
    ways.add(new Way(2, 4096, Shape.FLAT, -1, 0));
    ways.add(new Way(1, 4096, Shape.FLAT, Way.EVERY, 0));
    ways.add(new Way(1, 4096, Shape.FLAT, -1, 1 << 20));
    Map<String, Object> base =
        Map.of(
            "keys", List.of("d"),
            "state", Map.of("n", "bigint", "at", "timestamp"),
            "update", Map.of("n", "coalesce(state.n, 0) + row.v", "at", "row.ts"));
    Object emit = Map.of("select", List.of("key.d", "state.n"));

    // Half of the keys stay, and wait for another time.
    Map<String, Object> timeouts = new TreeMap<>(base);
    timeouts.put("timeout", Map.of("eventTime", "state.at + INTERVAL 1 MINUTE"));
    timeouts.put(
        "onTimeout",
        Map.of(
            "emit",
            emit,
            "update",
            Map.of("n", "state.n + 100"),
            "remove",
            "key.d % 2 = 0",
            "timeout",
            "TIMESTAMP '2200-01-01 00:00:00'"));
    Rel rel = step(watermarked(all()), new TransformWithStateStep(), timeouts);
    List<List<String>> out = run(rel, OutputMode.APPEND, manyAtOnce(), ways);
    assertThat(out.get(3)).hasSize(9000).doesNotHaveDuplicates().contains("[1.0, 103]");

    Map<String, Object> timers = new TreeMap<>(base);
    Map<String, Object> twice = new TreeMap<>(Map.of("emit", emit, "remove", "key.d % 2 = 0"));
    twice.put("timers", Map.of("soon", "IF(key.d % 3 = 0, timer.at + INTERVAL 1 HOUR, NULL)"));
    timers.put(
        "timers",
        Map.of("soon", Map.of("eventTime", "row.ts + INTERVAL 1 MINUTE", "onTimer", twice)));
    rel = step(watermarked(all()), new TransformWithStateStep(), timers);
    out = run(rel, OutputMode.APPEND, manyAtOnce(), ways);
    // Those that stay and are divisible by three twice more in the hours up to the watermark.
    assertThat(out.get(3)).contains("[1.0, 3]").hasSize(9000 + 2 * 1500);

    // What is over by the clock of batches goes without a word, whatever its key waits for.
    for (Map<String, Object> more : List.of(base, timeouts)) {
      Map<String, Object> ttl = new TreeMap<>(more);
      ttl.put("ttl", "2 seconds");
      ttl.put("emit", Map.of("when", "state.n > 2", "select", List.of("key.d", "state.n")));
      rel = step(watermarked(all()), new TransformWithStateStep(), ttl);
      run(rel, OutputMode.APPEND, manyAtOnce(), ways);
    }
  }
}
