package dev.sluice.operators.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.operator.DataflowHarness;
import dev.sluice.operators.operator.DataflowHarness.EpochInput;
import dev.sluice.operators.operator.DataflowHarness.Way;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.OutputMode;
import dev.sluice.operators.plan.Rel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Timers by name, columns of a state that live for a time, and states to begin with, however rows
 * are cut, spread over workers and restarted.
 */
@NullMarked
class StateTimersTest extends StateHarness {
  // ---- timers

  /** A warning two seconds after an odd value, the end four after the last row but for 0. */
  private static Map<String, Object> warned() {
    return map(
        "keys", List.of("k"),
        "state", map("n", "bigint"),
        "init", map("n", "0"),
        "update", map("n", "state.n + 1"),
        "emit", map("when", "row.v = 9", "select", columns()),
        "timers",
            map(
                "warn",
                    map(
                        "eventTime", "row.ts + INTERVAL 2 SECONDS",
                        "when", "row.v % 2 = 1",
                        "delete", "row.v = 0",
                        "onTimer",
                            map(
                                "update", map("n", "state.n + 100"),
                                "emit", map("select", columns()))),
                "end",
                    map(
                        "eventTime",
                        "row.ts + INTERVAL 4 SECONDS",
                        "onTimer",
                        map("emit", map("select", columns()), "remove", "state.n > 1"))));
  }

  private static List<String> columns() {
    return List.of(
        "key.k AS k",
        "state.n AS n",
        "timer.name AS name",
        "timer.at AS at",
        "timers.warn AS warn",
        "timers.end AS end");
  }

  /** A state of the model; times are in seconds, -1 for none. */
  private static final class State {
    long n;
    long warn = -1;
    long end = -1;
  }

  private static List<@Nullable Object> out(
      @Nullable String key, State state, @Nullable String name, long at) {
    return row(
        key,
        state.n,
        name,
        name == null ? null : (Object) (at * SECOND),
        state.warn < 0 ? null : (Object) (state.warn * SECOND),
        state.end < 0 ? null : (Object) (state.end * SECOND));
  }

  private static List<List<List<@Nullable Object>>> model(List<EpochInput> input) {
    Map<String, State> states = new TreeMap<>();
    List<List<List<@Nullable Object>>> epochs = new ArrayList<>();
    long watermark = 0;
    long late = 0;
    long highest = 0;
    for (EpochInput epoch : input) {
      List<List<@Nullable Object>> out = new ArrayList<>();
      for (List<List<@Nullable Object>> split : epoch.splits()) {
        for (List<@Nullable Object> row : split) {
          long second = (long) row.get(1) / SECOND;
          highest = Math.max(highest, second);
          if (second <= late) {
            continue;
          }
          State state = states.computeIfAbsent((String) row.get(0), k -> new State());
          long v = (long) row.get(2);
          state.n++;
          state.end = second + 4;
          state.warn = v == 0 ? -1 : v % 2 == 1 ? second + 2 : state.warn;
          if (v == 9) {
            out.add(out((String) row.get(0), state, null, -1));
          }
        }
      }
      for (String key : List.copyOf(states.keySet())) {
        fire(key, states, watermark, out);
      }
      late = watermark;
      watermark = Math.max(watermark, highest - 5);
      epochs.add(DataflowHarness.sorted(out));
    }
    return epochs;
  }

  private static void fire(
      String key, Map<String, State> states, long watermark, List<List<@Nullable Object>> out) {
    State state = states.get(key);
    boolean warns = state.warn >= 0 && state.warn <= watermark;
    boolean ends = state.end >= 0 && state.end <= watermark;
    if (warns && (!ends || state.warn <= state.end)) {
      long at = state.warn;
      state.warn = -1;
      state.n += 100;
      out.add(out(key, state, "warn", at));
      fire(key, states, watermark, out);
    } else if (ends) {
      long at = state.end;
      state.end = -1;
      out.add(out(key, state, "end", at));
      if (state.n > 1) {
        states.remove(key);
      } else {
        fire(key, states, watermark, out);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void timersComeAsInTheModel(long seed) throws IOException {
    Random random = new Random(seed);
    List<EpochInput> input = new ArrayList<>();
    for (int epoch = 0; epoch < 6; epoch++) {
      List<List<List<@Nullable Object>>> splits = new ArrayList<>();
      for (int split = random.nextInt(4); split > 0; split--) {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (int i = random.nextInt(10); i > 0; i--) {
          String[] keys = {"a", "b", "", "a key of more than a few bytes"};
          long second = 4L * epoch + random.nextInt(12);
          rows.add(row(keys[random.nextInt(4)], second * SECOND, (long) random.nextInt(10)));
        }
        splits.add(rows);
      }
      input.add(new EpochInput(splits));
    }
    List<List<List<@Nullable Object>>> expected = model(input);
    assertThat(expected).anyMatch(rows -> rows.stream().anyMatch(row -> "warn".equals(row.get(2))));
    assertThat(runAllWays(plan(warned()), input)).isEqualTo(expected);
  }

  /** A timer that sets itself anew catches up in one epoch; the clock is at the epoch's second. */
  @Test
  void aTimerThatIsSetAnewComesAsOftenAsItsTimesHaveCome() throws IOException {
    Rel rel =
        plan(
            map(
                "keys", List.of("k"),
                "state", map("ticks", "int"),
                "update", map("ticks", "0"),
                "timers",
                    map(
                        "tick",
                        map(
                            "eventTime", "row.ts + INTERVAL 2 SECONDS",
                            "when", "row.v = 1",
                            "onTimer",
                                map(
                                    "update", map("ticks", "state.ticks + 1"),
                                    "timers",
                                        map(
                                            "tick",
                                            "IF(state.ticks < 3, timer.at + INTERVAL 2 SECONDS,"
                                                + " NULL)"),
                                    "emit",
                                        map("select", List.of("key.k", "state.ticks AS n")))))));
    assertThat(
            runAllWays(
                rel,
                List.of(
                    rows(List.of(row("a", 10 * SECOND, 1L))),
                    rows(List.of(row("clock", 20 * SECOND, 0L))),
                    NONE,
                    rows(List.of(row("clock", 40 * SECOND, 0L))),
                    NONE)))
        .containsExactly(
            List.of(),
            List.of(),
            List.of(row("a", 1), row("a", 2)),
            List.of(),
            List.of(row("a", 3)));
  }

  /** Unlike a timeout a timer comes whether its key has rows or not, and at its very time. */
  @Test
  void timersByTheClockComeForKeysWithRowsToo() throws IOException {
    Rel rel =
        plan(
            map(
                "keys", List.of("k"),
                "state", map("n", "bigint"),
                "update", map("n", "coalesce(state.n, 0) + 1"),
                "timers",
                    map(
                        "first",
                            map(
                                "processingTime", "2 seconds",
                                "when", "state.n = 1",
                                "onTimer", map("emit", map("select", List.of("key.k", "state.n")))),
                        "silent",
                            map(
                                "processingTime",
                                "INTERVAL 3 SECONDS",
                                "onTimer",
                                map(
                                    "emit",
                                    map("select", List.of("timer.name", "-state.n")),
                                    "remove",
                                    "true")))));
    EpochInput a = rows(List.of(row("a", 0L, 1L)));
    assertThat(runAllWays(rel, List.of(a, a, a, NONE, NONE, NONE, NONE)))
        .containsExactly(
            List.of(),
            List.of(),
            List.of(row("a", 3L)),
            List.of(),
            List.of(),
            List.of(row("silent", -3L)),
            List.of());
  }

  @Test
  void aTimerThatWouldComeForEverFailsTheBatch() throws IOException {
    Rel rel =
        plan(
            map(
                "keys", List.of("k"),
                "state", map("n", "bigint"),
                "update", map("n", "1"),
                "timers",
                    map(
                        "again",
                        map(
                            "eventTime",
                            "row.ts",
                            "onTimer",
                            map(
                                "timers", map("again", "timer.at"),
                                "emit", map("select", List.of("key.k")))))));
    DataflowHarness harness = new DataflowHarness(rel, OutputMode.APPEND, "in", SCHEMA);
    List<EpochInput> input =
        List.of(
            rows(List.of(row("a", 10 * SECOND, 1L), row("a", 30 * SECOND, 1L))),
            NONE,
            rows(List.of(row("b", 60 * SECOND, 1L))),
            NONE);
    assertThatThrownBy(
            () ->
                harness.run(
                    input, new Way(1, 10, DataflowHarness.Shape.FLAT, -1), folder.resolve("ever")))
        .isInstanceOf(PipelineException.class)
        .hasMessageContaining("Timer timestamp (1970-01-01 00:00:30) must be later");
  }

  // ---- columns that live for a time

  /** The clock of the harness is at so many seconds as epochs have gone by. */
  @Test
  void valuesThatAreOverReadAsAtFirst() throws IOException {
    Rel rel =
        plan(
            map(
                "keys", List.of("k"),
                "state",
                    map(
                        "n", "bigint",
                        "last", map("type", "bigint", "ttl", "2 seconds"),
                        "seen", map("type", "array<bigint>", "ttl", "3 seconds")),
                "init", map("n", "0", "seen", "array()"),
                "update",
                    map(
                        "n", "state.n + 1",
                        "last", map("set", "row.v", "when", "row.v > 0"),
                        "seen",
                            map("set", "array_append(state.seen, row.v)", "when", "row.v <> 1")),
                "emit", map("select", List.of("key.k", "state.n", "state.last", "state.seen"))));
    EpochInput two = rows(List.of(row("a", 0L, 2L), row("a", 0L, 3L)));
    EpochInput none = rows(List.of(row("a", 0L, -1L)));
    EpochInput one = rows(List.of(row("a", 0L, 1L)));
    assertThat(runAllWays(rel, List.of(two, one, none, none, NONE, NONE, one)))
        .containsExactly(
            List.of(row("a", 1L, 2L, List.of(2L)), row("a", 2L, 3L, List.of(2L, 3L))),
            List.of(row("a", 3L, 1L, List.of(2L, 3L))),
            List.of(row("a", 4L, 1L, List.of(2L, 3L, -1L))),
            List.of(row("a", 5L, null, List.of(2L, 3L, -1L, -1L))),
            List.of(),
            List.of(),
            List.of(row("a", 6L, 1L, List.of())));
  }

  @Test
  void aStateIsGoneWhenAllOfItIsOver() throws IOException {
    Rel rel =
        plan(
            map(
                "keys", List.of("k"),
                "state",
                    map(
                        "x", map("type", "bigint", "ttl", "1 second"),
                        "y", map("type", "bigint", "ttl", "3 seconds")),
                "update",
                    map(
                        "x", map("set", "row.v", "when", "row.v > 0"),
                        "y", map("set", "row.v", "when", "row.v < 0")),
                "emit", map("select", List.of("key.k", "state IS NULL AS gone", "state.y AS y"))));
    EpochInput plus = rows(List.of(row("a", 0L, 1L)));
    EpochInput minus = rows(List.of(row("a", 0L, -1L), row("b", 0L, 0L)));
    assertThat(runAllWays(rel, List.of(plus, NONE, minus, NONE, plus, NONE, NONE)))
        .containsExactly(
            List.of(row("a", false, null)),
            List.of(),
            List.of(row("a", false, -1L), row("b", false, null)),
            List.of(),
            List.of(row("a", false, -1L)),
            List.of(),
            List.of());
    DataflowHarness harness = new DataflowHarness(rel, OutputMode.APPEND, "in", SCHEMA);
    harness.run(
        List.of(plus, NONE, minus, NONE, plus, NONE, NONE),
        new Way(1, 10, DataflowHarness.Shape.FLAT, -1),
        folder.resolve("gone"));
    assertThat(harness.kept()).containsExactly(1L, 0L, 1L, 1L, 1L, 0L, 0L);
  }

  /** What waits by event time goes by the clock, wherever it lies. */
  @Test
  void statesThatAreOverDoNotWaitForTheWatermark() throws IOException {
    Map<String, Object> value =
        map(
            "keys", List.of("k"),
            "state", map("n", "bigint", "at", "timestamp"),
            "update", map("n", "coalesce(state.n, 0) + 1", "at", "row.ts"),
            "ttl", "2 seconds",
            "timeout", map("eventTime", "greatest(state.at + INTERVAL 1 HOUR, watermark)"),
            "onTimeout", map("emit", map("select", List.of("key.k", "state.n"))));
    EpochInput both = rows(List.of(row("a", 10 * SECOND, 1L), row("b", 10 * SECOND, 1L)));
    EpochInput one = rows(List.of(row("a", 20 * SECOND, 1L)));
    EpochInput late = rows(List.of(row("c", 9000 * SECOND, 1L)));
    List<EpochInput> input = List.of(both, one, NONE, NONE, both, late, NONE, NONE);
    assertThat(runAllWays(plan(value), input)).allMatch(List::isEmpty);
    DataflowHarness harness = new DataflowHarness(plan(value), OutputMode.APPEND, "in", SCHEMA);
    harness.run(
        input.subList(0, 4), new Way(2, 1, DataflowHarness.Shape.FLAT, -1, 0), folder.resolve("x"));
    assertThat(harness.kept()).containsExactly(2L, 2L, 1L, 0L);
    value.put("ttl", "1 hour");
    harness = new DataflowHarness(plan(value), OutputMode.APPEND, "in", SCHEMA);
    assertThat(
            harness.run(
                input, new Way(1, 9, DataflowHarness.Shape.FLAT, -1, 0), folder.resolve("y")))
        .anyMatch(rows -> rows.size() == 2);
  }

  // ---- states to begin with

  private static Rel table(Schema schema, List<List<@Nullable Object>> rows) {
    List<Column> columns = new ArrayList<>();
    for (int c = 0; c < schema.size(); c++) {
      ColumnBuilder builder = ColumnBuilder.of(schema.field(c).type(), rows.size());
      for (List<@Nullable Object> row : rows) {
        builder.appendValue(row.get(c));
      }
      columns.add(builder.build());
    }
    return new Rel.Values(schema, List.of(new Batch(schema, columns, rows.size())), Origin.NONE);
  }

  @Test
  void statesBeginWithTheRowsOfATableOnce() throws IOException {
    Schema schema =
        Schema.of(new Field("who", AtomicType.STRING), new Field("total", AtomicType.INT));
    StepHarness steps = steps();
    steps.with(
        "old", table(schema, List.of(row("a", 10), row("b", 20), row("a", 5), row(null, 7))));
    Rel rel =
        steps.plan(
            new TransformWithStateStep(),
            map(
                "keys", List.of("k"),
                "state", map("total", "bigint", "rows", "int"),
                "init", map("total", "0", "rows", "0"),
                "initialState",
                    map(
                        "from", "old",
                        "keys", List.of("who"),
                        "update", map("total", "state.total + row.total"),
                        "timers", map("end", "TIMESTAMP '1970-01-01 00:00:04'")),
                "update", map("total", "state.total + row.v", "rows", "state.rows + 1"),
                "emit", map("select", List.of("key.k", "state.total", "state.rows")),
                "timers",
                    map(
                        "end",
                        map(
                            "eventTime",
                            "NULL",
                            "onTimer",
                            map(
                                "emit",
                                map("select", List.of("key.k", "-state.total", "state.rows")),
                                "remove",
                                "true")))));
    assertThat(steps.problems()).isEmpty();
    EpochInput some = rows(List.of(row("a", 10 * SECOND, 1L), row("c", 10 * SECOND, 1L)));
    assertThat(runAllWays(rel, List.of(some, some, some)))
        .containsExactly(
            List.of(row("a", 16L, 1), row("c", 1L, 1)),
            List.of(row("a", 17L, 2), row("b", -20L, 0), row("c", 2L, 2), row(null, -7L, 0)),
            List.of(row("a", 18L, 3), row("c", 3L, 3)));
  }

  // ---- mistakes

  private static List<String> problems(Object value) {
    StepHarness steps = steps();
    steps.with("stream", SCHEMA);
    steps.plan(new TransformWithStateStep(), value);
    return steps.problems();
  }

  @Test
  void namesWhatIsWrongWithTimersAndTables() {
    assertThat(
            problems(
                map(
                    "keys", List.of("k"),
                    "state", map("n", map("type", "bigint", "ttl", "soon")),
                    "update", map("n", "row.v"))))
        .anyMatch(p -> p.contains("'soon' is no length of time"));
    assertThat(
            problems(
                map(
                    "keys", List.of("k"),
                    "state", map("n", "bigint"),
                    "initialState", map("from", "stream", "update", map("n", "row.v")),
                    "update", map("n", map("set", "row.v", "when", "row.k")),
                    "emit", map("select", List.of("key.k", "timers.end")),
                    "timers",
                        map(
                            "end",
                                map(
                                    "eventTime",
                                    "INTERVAL 1 SECOND",
                                    "onTimer",
                                    map("timers", map("and", "NULL"))),
                            "other", map("processingTime", "1 second")))))
        .anyMatch(p -> p.contains("states begin with the rows of a table, and this is a stream"))
        .anyMatch(p -> p.contains("a timer of event time is a timestamp, but this gives INTERVAL"))
        .anyMatch(p -> p.contains("the state has no timer 'and'"))
        .anyMatch(p -> p.contains("the timers of a state go by one clock"));
  }
}
