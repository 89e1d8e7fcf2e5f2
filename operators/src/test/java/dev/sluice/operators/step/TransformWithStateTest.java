package dev.sluice.operators.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.operator.DataflowHarness;
import dev.sluice.operators.operator.DataflowHarness.EpochInput;
import dev.sluice.operators.operator.DataflowHarness.Way;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.OutputMode;
import dev.sluice.operators.plan.Rel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * States of keys against a model that takes row after row, however the rows are cut, spread over
 * workers and restarted.
 */
@NullMarked
class TransformWithStateTest extends StateHarness {
  private static final long DELAY = 5;
  private static final long WAIT = 7;

  /** A state of the model: {@code last} is in seconds. */
  private record State(long count, List<@Nullable Long> values, long last) {}

  private static List<EpochInput> input(long seed) {
    Random random = new Random(seed);
    List<EpochInput> epochs = new ArrayList<>();
    for (int epoch = 0; epoch < 6; epoch++) {
      List<List<List<@Nullable Object>>> splits = new ArrayList<>();
      for (int split = random.nextInt(4); split > 0; split--) {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (int i = random.nextInt(12); i > 0; i--) {
          String[] keys = {"a", "b", "", "a key of more than a few bytes"};
          long second = 3L * epoch + random.nextInt(12);
          rows.add(
              row(
                  random.nextInt(6) == 0 ? null : keys[random.nextInt(keys.length)],
                  second * SECOND,
                  random.nextInt(5) == 0 ? null : (Object) (long) random.nextInt(9)));
        }
        splits.add(rows);
      }
      epochs.add(new EpochInput(splits));
    }
    return epochs;
  }

  private static Map<String, Object> program() {
    Map<String, Object> value = new LinkedHashMap<>();
    value.put("keys", List.of("k"));
    value.put("state", "n BIGINT, vs ARRAY<BIGINT>, last TIMESTAMP, text STRING");
    value.put("init", Map.of("n", "0", "vs", "array()", "text", "''"));
    Map<String, Object> update = new LinkedHashMap<>();
    update.put("n", "state.n + 1");
    update.put("vs", "array_append(state.vs, row.v)");
    update.put("last", "greatest(state.last, row.ts)");
    update.put("text", "state.text || coalesce(CAST(row.v AS STRING), '-')");
    value.put("update", update);
    value.put("timeout", Map.of("eventTime", "state.last + INTERVAL 7 SECONDS"));
    return value;
  }

  private static final List<String> COLUMNS =
      List.of("key.k", "state.n", "state.vs", "state.text", "timed_out");

  private static List<@Nullable Object> out(@Nullable String key, State state, boolean timedOut) {
    StringBuilder text = new StringBuilder();
    state.values().forEach(v -> text.append(v == null ? "-" : v));
    return row(key, state.count(), state.values(), text.toString(), timedOut);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void doesRowForRowWhatTheModelDoes(long seed) throws IOException {
    Map<String, Object> value = program();
    value.put("emit", Map.of("when", "row.v IS DISTINCT FROM 0", "select", COLUMNS));
    value.put("remove", "state.n >= 4");
    value.put("onTimeout", Map.of("emit", Map.of("select", COLUMNS)));
    List<EpochInput> input = input(seed);
    assertThat(runAllWays(plan(value), input)).isEqualTo(model(input, true));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void doesOnceABatchWhatTheModelDoes(long seed) throws IOException {
    Map<String, Object> value = program();
    value.put(
        "emit", Map.of("each", "batch", "when", "row.v IS DISTINCT FROM 0", "select", COLUMNS));
    value.put("remove", "state.n >= 4");
    value.put("onTimeout", Map.of("emit", Map.of("select", COLUMNS)));
    List<EpochInput> input = input(seed);
    assertThat(runAllWays(plan(value), input)).isEqualTo(model(input, false));
  }

  private static List<List<List<@Nullable Object>>> model(List<EpochInput> input, boolean eachRow) {
    Map<@Nullable String, State> states = new LinkedHashMap<>();
    List<List<List<@Nullable Object>>> epochs = new ArrayList<>();
    long watermark = 0;
    long late = 0;
    long highest = 0;
    for (EpochInput epoch : input) {
      List<List<@Nullable Object>> out = new ArrayList<>();
      Map<@Nullable String, @Nullable Object> lastValue = new LinkedHashMap<>();
      for (List<List<@Nullable Object>> split : epoch.splits()) {
        for (List<@Nullable Object> row : split) {
          long second = (long) row.get(1) / SECOND;
          highest = Math.max(highest, second);
          if (second <= late) {
            continue;
          }
          String key = (String) row.get(0);
          State before = states.getOrDefault(key, new State(0, List.of(), 0));
          List<@Nullable Long> values = new ArrayList<>(before.values());
          values.add((Long) row.get(2));
          State after = new State(before.count() + 1, values, Math.max(before.last(), second));
          states.put(key, after);
          lastValue.put(key, row.get(2));
          if (eachRow) {
            if (!Long.valueOf(0).equals(row.get(2))) {
              out.add(out(key, after, false));
            }
            if (after.count() >= 4) {
              states.remove(key);
            }
          }
        }
      }
      for (Map.Entry<@Nullable String, @Nullable Object> each : lastValue.entrySet()) {
        State state = states.get(each.getKey());
        if (!eachRow && state != null) {
          if (!Long.valueOf(0).equals(each.getValue())) {
            out.add(out(each.getKey(), state, false));
          }
          if (state.count() >= 4) {
            states.remove(each.getKey());
          }
        }
      }
      for (Iterator<Map.Entry<@Nullable String, State>> all = states.entrySet().iterator();
          all.hasNext(); ) {
        Map.Entry<@Nullable String, State> each = all.next();
        if (!lastValue.containsKey(each.getKey()) && each.getValue().last() + WAIT < watermark) {
          out.add(out(each.getKey(), each.getValue(), true));
          all.remove();
        }
      }
      late = watermark;
      watermark = Math.max(watermark, highest - DELAY);
      epochs.add(DataflowHarness.sorted(out));
    }
    return epochs;
  }

  private static final EpochInput NONE = new EpochInput(List.of());

  /** The clock of the harness is at so many seconds as epochs have gone by. */
  @Test
  void timesOutByTheClockOnceAndLaterThanTheTime() throws IOException {
    Rel rel =
        plan(
            Map.of(
                "keys", List.of("k"),
                "state", Map.of("n", "bigint"),
                "update", Map.of("n", "coalesce(state.n, 0) + 1"),
                "timeout", Map.of("processingTime", "1500 milliseconds"),
                "onTimeout", Map.of("emit", Map.of("select", List.of("key.k", "state.n AS n")))));
    assertThat(
            runAllWays(
                rel,
                List.of(
                    rows(List.of(row("a", 0L, 1L), row("b", 0L, 1L))),
                    rows(List.of(row("a", 0L, 1L))),
                    NONE,
                    NONE,
                    NONE)))
        .containsExactly(
            List.of(), List.of(), List.of(row("b", 1L)), List.of(row("a", 2L)), List.of());
  }

  @Test
  void aStateThatStaysIsWaitedForOnlyIfToldAgain() throws IOException {
    Map<String, Object> then = new LinkedHashMap<>();
    then.put("update", Map.of("n", "state.n + 100"));
    then.put("emit", Map.of("select", List.of("key.k", "state.n")));
    then.put("remove", "state.n > 250");
    then.put("timeout", "IF(key.k = 'a', INTERVAL 500 MILLISECONDS, NULL)");
    Rel rel =
        plan(
            Map.of(
                "keys", List.of("k"),
                "state", Map.of("n", "bigint"),
                "update", Map.of("n", "coalesce(state.n, 0) + 1"),
                "timeout", Map.of("processingTime", "INTERVAL '0.5' SECOND"),
                "onTimeout", then));
    assertThat(
            runAllWays(
                rel,
                List.of(
                    rows(List.of(row("a", 0L, 1L), row("b", 0L, 1L))),
                    NONE,
                    NONE,
                    rows(List.of(row("b", 0L, 1L))),
                    NONE,
                    NONE)))
        .containsExactly(
            List.of(),
            List.of(row("a", 101L), row("b", 101L)),
            List.of(row("a", 201L)),
            List.of(row("a", 301L)),
            List.of(row("b", 202L)),
            List.of());
  }

  /** A warning after two seconds, the end after four: the earlier of two times, then the other. */
  @Test
  void waitsForSeveralTimes() throws IOException {
    Map<String, Object> value = new LinkedHashMap<>();
    value.put("keys", List.of("k"));
    value.put("state", "warn_at TIMESTAMP, end_at TIMESTAMP");
    Map<String, Object> update = new LinkedHashMap<>();
    update.put("warn_at", "row.ts + INTERVAL 2 SECONDS");
    update.put("end_at", "row.ts + INTERVAL 4 SECONDS");
    value.put("update", update);
    value.put(
        "timeout", Map.of("eventTime", "greatest(least(state.warn_at, state.end_at), watermark)"));
    Map<String, Object> then = new LinkedHashMap<>();
    then.put("update", Map.of("warn_at", "NULL"));
    then.put(
        "emit",
        Map.of(
            "select", List.of("key.k", "IF(state.end_at < watermark, 'over', 'warned') AS what")));
    then.put("remove", "state.end_at < watermark");
    then.put("timeout", "state.end_at");
    value.put("onTimeout", then);
    EpochInput clock13 = rows(List.of(row("clock", 18 * SECOND, 1L)));
    EpochInput clock20 = rows(List.of(row("clock", 25 * SECOND, 1L)));
    assertThat(
            runAllWays(
                plan(value),
                List.of(
                    rows(List.of(row("a", 10 * SECOND, 1L), row("b", 12 * SECOND, 1L))),
                    clock13,
                    clock20,
                    NONE,
                    NONE)))
        .containsExactly(
            List.of(),
            List.of(),
            List.of(row("a", "warned")),
            List.of(row("a", "over"), row("b", "over")),
            List.of());
  }

  @Test
  void aStateThatGoesIsNotWaitedFor() throws IOException {
    Rel rel =
        plan(
            Map.of(
                "keys", List.of("k"),
                "state", Map.of("at", "timestamp"),
                "update", Map.of("at", "row.ts"),
                "emit", Map.of("each", "batch", "select", List.of("key.k")),
                "remove", "state.at < watermark",
                "timeout", Map.of("eventTime", "state.at")));
    assertThat(
            runAllWays(
                rel,
                List.of(
                    rows(List.of(row("a", 60 * SECOND, 1L))),
                    rows(List.of(row("b", 54 * SECOND, 1L))))))
        .containsExactly(List.of(row("a")), List.of(row("b")));
  }

  @Test
  void forgetsAStateThatNoRowHasChangedForItsTimeToLive() throws IOException {
    Rel rel =
        plan(
            Map.of(
                "keys", List.of("k"),
                "state", Map.of("n", "bigint"),
                "update", Map.of("n", "coalesce(state.n, 0) + 1"),
                "emit", Map.of("select", List.of("key.k", "state.n")),
                "ttl", "2 seconds"));
    EpochInput both = rows(List.of(row("a", 0L, 1L), row(null, 0L, 1L)));
    EpochInput one = rows(List.of(row("a", 0L, 1L)));
    assertThat(runAllWays(rel, List.of(both, one, NONE, both, NONE, both)))
        .containsExactly(
            List.of(row("a", 1L), row(null, 1L)),
            List.of(row("a", 2L)),
            List.of(),
            List.of(row("a", 1L), row(null, 1L)),
            List.of(),
            List.of(row("a", 1L), row(null, 1L)));
  }

  /** Rows of one key in several batches and splits of one epoch, before and after it expired. */
  @Test
  void aStateIsOneHoweverItsRowsAreCut() throws IOException {
    Rel rel =
        plan(
            Map.of(
                "keys", List.of("k"),
                "state", Map.of("n", "bigint"),
                "update", Map.of("n", "coalesce(state.n, 0) + 1"),
                "emit", Map.of("each", "batch", "select", List.of("key.k", "state.n")),
                "ttl", "2 seconds"));
    EpochInput rows =
        new EpochInput(
            List.of(
                List.of(row("a", 0L, 1L), row("a", 0L, 1L), row("a", 0L, 1L), row("a", 0L, 1L)),
                List.of(row("a", 0L, 1L))));
    assertThat(runAllWays(rel, List.of(rows, NONE, NONE, rows, rows)))
        .containsExactly(
            List.of(row("a", 5L)),
            List.of(),
            List.of(),
            List.of(row("a", 5L)),
            List.of(row("a", 10L)));
  }

  @Test
  void statesThatExpireBeforeTheirTimeoutGoWithoutAWord() throws IOException {
    Rel rel =
        plan(
            Map.of(
                "keys", List.of("k"),
                "state", Map.of("n", "bigint"),
                "update", Map.of("n", "coalesce(state.n, 0) + 1"),
                "ttl", "3 seconds",
                "timeout",
                    Map.of(
                        "processingTime", "IF(key.k = 'a', INTERVAL 1 SECOND, INTERVAL 5 SECONDS)"),
                "onTimeout",
                    Map.of("emit", Map.of("select", List.of("key.k AS k", "state.n AS n")))));
    EpochInput both = rows(List.of(row("a", 0L, 1L), row("b", 0L, 1L)));
    List<List<List<@Nullable Object>>> seen =
        runAllWays(rel, List.of(both, NONE, NONE, NONE, NONE, both, NONE, NONE));
    assertThat(seen.get(2)).containsExactly(row("a", 1L));
    assertThat(seen.stream().flatMap(List::stream)).containsExactly(row("a", 1L), row("a", 1L));
  }

  @Test
  void givesSeveralRowsAndFillsWhatOneOfThemLacks() throws IOException {
    Rel rel =
        plan(
            Map.of(
                "keys", List.of("k"),
                "state", Map.of("seen", "map<bigint,int>"),
                "update",
                    Map.of(
                        "seen",
                        "map_concat(map_filter(coalesce(state.seen, map()), (v, n) -> v <> row.v),"
                            + " map(row.v, coalesce(state.seen[row.v], 0) + 1))"),
                "emit",
                    List.of(
                        Map.of("select", List.of("key.k", "row.v AS v", "state.seen[row.v] AS n")),
                        Map.of(
                            "when",
                            "size(state.seen) > 1",
                            "select",
                            List.of("'several'", "NULL", "size(state.seen)")))));
    assertThat(
            runAllWays(
                rel,
                List.of(
                    rows(List.of(row("a", 0L, 1L), row("a", 0L, 1L), row("b", 0L, 2L))),
                    rows(List.of(row("a", 0L, 5L))))))
        .containsExactly(
            List.of(row("a", 1L, 1), row("a", 1L, 2), row("b", 2L, 1)),
            List.of(row("a", 5L, 1), row("several", null, 2)));
    assertThat(rel.schema().catalogString()).isEqualTo("struct<k:string,v:bigint,n:int>");
  }

  @Test
  void whatComesOutIsAggregated() throws IOException {
    StepHarness steps = new StepHarness(SCHEMA);
    steps.over(
        steps.plan(
            new TransformWithStateStep(),
            Map.of(
                "keys", List.of("k"),
                "state", Map.of("n", "bigint"),
                "update", Map.of("n", "coalesce(state.n, 0) + 1"),
                "emit", Map.of("select", List.of("key.k", "state.n")))));
    Rel rel =
        steps.plan(
            new GroupByStep(),
            Map.of("keys", List.of("n % 2 AS odd"), "agg", Map.of("c", "count(*)")));
    assertThat(steps.problems()).isEmpty();
    DataflowHarness harness = new DataflowHarness(rel, OutputMode.UPDATE, "in", SCHEMA);
    List<EpochInput> input =
        List.of(
            rows(List.of(row("a", 0L, 1L), row("a", 0L, 1L), row("b", 0L, 1L))),
            rows(List.of(row("b", 0L, 1L))));
    for (Way way : DataflowHarness.ways(input.size())) {
      assertThat(harness.run(input, way, folder.resolve("state" + runs++)))
          .as("%s", way)
          .map(DataflowHarness::sorted)
          .containsExactly(List.of(row(0L, 1L), row(1L, 2L)), List.of(row(0L, 2L)));
    }
  }

  @Test
  void aTableHasItsStatesWhileItIsRead() throws IOException {
    StepHarness steps = new StepHarness(SCHEMA);
    steps.over(new Rel.Read("in", SCHEMA, false, Origin.NONE));
    Rel rel =
        steps.plan(
            new TransformWithStateStep(),
            Map.of(
                "keys", List.of("k"),
                "state", Map.of("n", "bigint"),
                "update", Map.of("n", "coalesce(state.n, 0) + 1"),
                "timeout", Map.of("eventTime", "TIMESTAMP '1970-01-01 00:00:01'"),
                "emit", Map.of("each", "batch", "select", List.of("key.k", "state.n"))));
    assertThat(steps.problems()).isEmpty();
    EpochInput table = rows(List.of(row("a", 0L, 1L), row("a", 0L, 1L), row("b", 0L, 1L)));
    assertThat(runAllWays(rel, List.of(table, table)))
        .containsExactly(List.of(row("a", 2L), row("b", 1L)), List.of(row("a", 2L), row("b", 1L)));
  }

  @Test
  void aTimeoutBeforeTheWatermarkFailsTheBatch() throws IOException {
    Rel rel =
        plan(
            Map.of(
                "keys", List.of("k"),
                "state", Map.of("at", "timestamp"),
                "update", Map.of("at", "row.ts"),
                "emit", Map.of("select", List.of("state.at")),
                "timeout", Map.of("eventTime", "state.at")));
    DataflowHarness harness = new DataflowHarness(rel, OutputMode.APPEND, "in", SCHEMA);
    List<EpochInput> input =
        List.of(rows(List.of(row("a", 60 * SECOND, 1L))), rows(List.of(row("b", 54 * SECOND, 1L))));
    assertThatThrownBy(
            () ->
                harness.run(
                    input, new Way(1, 10, DataflowHarness.Shape.FLAT, -1), folder.resolve("late")))
        .isInstanceOf(PipelineException.class)
        .hasMessageContaining("Timeout timestamp (1970-01-01 00:00:54) cannot be earlier than the")
        .hasMessageContaining("current watermark (1970-01-01 00:00:55)");
  }

  private static List<String> problems(Object value) {
    StepHarness steps = new StepHarness(SCHEMA);
    steps.plan(new TransformWithStateStep(), value);
    return steps.problems();
  }

  @Test
  void tellsWhichPartAColumnIsOf() {
    assertThat(
            problems(
                Map.of(
                    "keys", List.of("k"),
                    "state", "n BIGINT",
                    "update", Map.of("n", "n + v"),
                    "emit", Map.of("select", List.of("key.k")))))
        .anyMatch(p -> p.contains("error[unknown-column]") && p.endsWith("write state.n"))
        .anyMatch(p -> p.contains("error[unknown-column]") && p.endsWith("write row.v"));
  }

  @Test
  void namesWhatDoesNotFitTheState() {
    assertThat(
            problems(
                Map.of(
                    "keys", List.of("k"),
                    "state", "n BIGINT, vs ARRAY<INT>",
                    "update", Map.of("n", "row.k", "vs", "array('a')", "m", "1"),
                    "emit", Map.of("select", List.of("key.k")))))
        .anyMatch(p -> p.contains("the state 'n' is BIGINT, but this gives STRING"))
        .anyMatch(p -> p.contains("the state 'vs' is ARRAY<INT>, but this gives ARRAY<STRING>"))
        .anyMatch(p -> p.contains("the state has no column 'm'"));
  }
}
