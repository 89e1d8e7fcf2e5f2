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
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Stateful steps one upon the other, in the append mode, against a chain of models that each take
 * row after row with the watermark that Spark hands them, however the rows are cut, spread over
 * workers, spilled and restarted. Some rows are older than 1970, and some runs meet one of the year
 * 9999.
 */
@NullMarked
class StatefulChainsTest {
  private static final Schema SCHEMA =
      Schema.of(
          new Field("side", AtomicType.INT),
          new Field("k", AtomicType.STRING),
          new Field("ts", AtomicType.TIMESTAMP),
          new Field("v", AtomicType.BIGINT));
  private static final int KEY = 1;
  private static final int TIME = 2;
  private static final int VALUE = 3;
  private static final long SECOND = 1_000_000L;
  private static final long YEAR_9999 = 253_370_764_800L * SECOND;
  private static final long DELAY = 5;

  @TempDir Path folder;
  private int runs;

  /** A stateful step of the model. Watermarks are in milliseconds, event times in microseconds. */
  private interface Stage {
    /** What comes out of an epoch, whose late rows are those up to {@code late}. */
    List<List<@Nullable Object>> run(List<List<@Nullable Object>> rows, long late, long watermark);

    /** The watermark of what comes out. */
    default long out(long watermark) {
      return watermark;
    }

    default Stage then(Stage next) {
      Stage first = this;
      return new Stage() {
        @Override
        public List<List<@Nullable Object>> run(
            List<List<@Nullable Object>> rows, long late, long watermark) {
          return next.run(first.run(rows, late, watermark), first.out(late), first.out(watermark));
        }

        @Override
        public long out(long watermark) {
          return next.out(first.out(watermark));
        }
      };
    }
  }

  private static @Nullable Long time(List<@Nullable Object> row, int index) {
    Object value = row.get(index);
    if (value instanceof List<?> window) {
      // Its last microsecond counts.
      return (Long) window.get(1) - 1;
    }
    return (Long) value;
  }

  /** Windows of a column: gives the window, the key, the count and the sum. */
  private record Windows(
      int time,
      int key,
      int value,
      long duration,
      long slide,
      Map<List<@Nullable Object>, long[]> all)
      implements Stage {
    Windows(int time, int key, int value, long duration, long slide) {
      this(time, key, value, duration * SECOND, slide * SECOND, new LinkedHashMap<>());
    }

    @Override
    public List<List<@Nullable Object>> run(
        List<List<@Nullable Object>> rows, long late, long watermark) {
      for (List<@Nullable Object> row : rows) {
        Long at = StatefulChainsTest.time(row, time);
        if (at != null) {
          for (long s = Math.floorDiv(at, slide) * slide; s > at - duration; s -= slide) {
            if (s + duration > late * 1000) {
              long[] group =
                  all.computeIfAbsent(
                      Arrays.asList(List.of(s, s + duration), row.get(key)), k -> new long[2]);
              group[0]++;
              group[1] += (Long) Objects.requireNonNull(row.get(value));
            }
          }
        }
      }
      return closed(all, watermark);
    }
  }

  /** Takes out the groups whose window is over. */
  private static List<List<@Nullable Object>> closed(
      Map<List<@Nullable Object>, long[]> groups, long watermark) {
    List<List<@Nullable Object>> out = new ArrayList<>();
    for (Iterator<Map.Entry<List<@Nullable Object>, long[]>> each = groups.entrySet().iterator();
        each.hasNext(); ) {
      Map.Entry<List<@Nullable Object>, long[]> group = each.next();
      Long last = Objects.requireNonNull(time(group.getKey(), 0));
      if (last < watermark * 1000) {
        List<@Nullable Object> row = new ArrayList<>(group.getKey());
        row.add(group.getValue()[0]);
        row.add(group.getValue()[1]);
        out.add(row);
        each.remove();
      }
    }
    return out;
  }

  /** Sessions: gives the session, the key, the count and the sum. */
  private record Sessions(long gap, Map<List<@Nullable Object>, long[]> all) implements Stage {
    @Override
    public List<List<@Nullable Object>> run(
        List<List<@Nullable Object>> rows, long late, long watermark) {
      for (List<@Nullable Object> row : rows) {
        Long at = time(row, TIME);
        if (at != null && at + gap > late * 1000) {
          long start = at;
          long end = at + gap;
          long[] group = {1, (Long) Objects.requireNonNull(row.get(VALUE))};
          for (Iterator<Map.Entry<List<@Nullable Object>, long[]>> each = all.entrySet().iterator();
              each.hasNext(); ) {
            Map.Entry<List<@Nullable Object>, long[]> other = each.next();
            List<?> session = (List<?>) Objects.requireNonNull(other.getKey().get(0));
            long from = (Long) session.get(0);
            long to = (Long) session.get(1);
            // A row is as long as the gap: what it touches before and after is all it can join.
            if (Objects.equals(other.getKey().get(1), row.get(KEY))
                && from <= at + gap
                && at <= to) {
              start = Math.min(start, from);
              end = Math.max(end, to);
              group[0] += other.getValue()[0];
              group[1] += other.getValue()[1];
              each.remove();
            }
          }
          all.put(Arrays.asList(List.of(start, end), row.get(KEY)), group);
        }
      }
      return closed(all, watermark);
    }
  }

  /** Duplicates by a key and event time, without rows' other columns if {@code bare}. */
  private record Distinct(int key, int time, boolean bare, Set<List<@Nullable Object>> seen)
      implements Stage {
    @Override
    public List<List<@Nullable Object>> run(
        List<List<@Nullable Object>> rows, long late, long watermark) {
      List<List<@Nullable Object>> out = new ArrayList<>();
      for (List<@Nullable Object> row : rows) {
        Long at = StatefulChainsTest.time(row, time);
        List<@Nullable Object> own = Arrays.asList(row.get(key), at);
        if ((at == null || at > late * 1000) && seen.add(own)) {
          out.add(bare ? own : row);
        }
      }
      seen.removeIf(own -> own.get(1) instanceof Long at && at <= watermark * 1000);
      return out;
    }
  }

  /** A running count by key, once an epoch. */
  private record Running(Map<@Nullable Object, Long> counts) implements Stage {
    @Override
    public List<List<@Nullable Object>> run(
        List<List<@Nullable Object>> rows, long late, long watermark) {
      Map<@Nullable Object, Long> touched = new HashMap<>();
      for (List<@Nullable Object> row : rows) {
        touched.put(row.get(KEY), counts.merge(row.get(KEY), 1L, Long::sum));
      }
      List<List<@Nullable Object>> out = new ArrayList<>();
      touched.forEach((key, count) -> out.add(Arrays.asList(key, count)));
      return out;
    }
  }

  /** Left times are up to ten seconds before right ones, and less than five after. */
  private static final class TimeJoin implements Stage {
    private final boolean outer;
    private final List<List<@Nullable Object>> left = new ArrayList<>();
    private final List<List<@Nullable Object>> right = new ArrayList<>();
    private final Set<List<@Nullable Object>> matched =
        Collections.newSetFromMap(new IdentityHashMap<>());

    TimeJoin(boolean outer) {
      this.outer = outer;
    }

    private static boolean matches(List<@Nullable Object> l, List<@Nullable Object> r) {
      return l.get(KEY) != null
          && Objects.equals(l.get(KEY), r.get(KEY))
          && l.get(TIME) instanceof Long a
          && r.get(TIME) instanceof Long b
          && a >= b - 10 * SECOND
          && a < b + 5 * SECOND;
    }

    @Override
    public List<List<@Nullable Object>> run(
        List<List<@Nullable Object>> rows, long late, long watermark) {
      List<List<@Nullable Object>> out = new ArrayList<>();
      for (List<@Nullable Object> row : rows) {
        if (row.get(TIME) instanceof Long at && at <= late * 1000) {
          continue;
        }
        boolean isLeft = Integer.valueOf(0).equals(row.get(0));
        List<@Nullable Object> own = new ArrayList<>(row);
        for (List<@Nullable Object> other : isLeft ? right : left) {
          List<@Nullable Object> l = isLeft ? own : other;
          List<@Nullable Object> r = isLeft ? other : own;
          if (matches(l, r)) {
            out.add(pair(l, r));
            matched.add(l);
          }
        }
        (isLeft ? left : right).add(own);
      }
      for (Iterator<List<@Nullable Object>> each = left.iterator(); each.hasNext(); ) {
        List<@Nullable Object> row = each.next();
        if (row.get(TIME) instanceof Long at && at <= (watermark - 10_001) * 1000) {
          each.remove();
          if (outer && !matched.contains(row)) {
            out.add(pair(row, Arrays.asList(1, null, null, null)));
          }
        }
      }
      return out;
    }

    private static List<@Nullable Object> pair(List<@Nullable Object> l, List<@Nullable Object> r) {
      return Arrays.asList(
          l.get(KEY), l.get(TIME), l.get(VALUE), r.get(KEY), r.get(TIME), r.get(VALUE));
    }

    @Override
    public long out(long watermark) {
      return watermark - 10_001;
    }
  }

  /** Windows of both sides, joined by window and key. */
  private record WindowJoin(Stage left, Stage right) implements Stage {
    @Override
    public List<List<@Nullable Object>> run(
        List<List<@Nullable Object>> rows, long late, long watermark) {
      List<List<@Nullable Object>> out = new ArrayList<>();
      List<List<@Nullable Object>> r = right.run(of(1, rows), late, watermark);
      for (List<@Nullable Object> one : left.run(of(0, rows), late, watermark)) {
        for (List<@Nullable Object> other : r) {
          if (one.get(1) != null && one.subList(0, 2).equals(other.subList(0, 2))) {
            List<@Nullable Object> both = new ArrayList<>(one);
            both.addAll(other.subList(2, 4));
            out.add(both);
          }
        }
      }
      return out;
    }

    private static List<List<@Nullable Object>> of(int side, List<List<@Nullable Object>> rows) {
      return rows.stream().filter(row -> Objects.equals(row.get(0), side)).toList();
    }
  }

  private static List<EpochInput> input(long seed) {
    Random random = new Random(seed);
    List<EpochInput> epochs = new ArrayList<>();
    for (int epoch = 0; epoch < 5; epoch++) {
      List<List<List<@Nullable Object>>> splits = new ArrayList<>();
      for (int split = random.nextInt(4); split > 0; split--) {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (int i = random.nextInt(10); i > 0; i--) {
          rows.add(row(random, (11L * epoch + random.nextInt(25) - 3) * SECOND));
        }
        splits.add(rows);
      }
      if (epoch == 3 && seed == 3) {
        splits.add(List.of(row(random, YEAR_9999), row(random, YEAR_9999 - 1)));
      }
      epochs.add(new EpochInput(splits));
    }
    // What the last epochs close comes out when nothing more comes.
    epochs.add(new EpochInput(List.of()));
    epochs.add(new EpochInput(List.of()));
    return epochs;
  }

  private static List<@Nullable Object> row(Random random, long micros) {
    return Arrays.asList(
        random.nextInt(2),
        random.nextInt(9) == 0 ? null : "k" + random.nextInt(2),
        random.nextInt(12) == 0 ? null : (Object) micros,
        (Object) (long) random.nextInt(100));
  }

  private void agrees(
      Rel root, long seed, Stage model, Predicate<List<@Nullable Object>> movesWatermark)
      throws IOException {
    List<EpochInput> input = input(seed);
    List<List<String>> expected = new ArrayList<>();
    long watermark = 0;
    long late = 0;
    for (EpochInput epoch : input) {
      List<List<@Nullable Object>> rows = epoch.splits().stream().flatMap(List::stream).toList();
      expected.add(texts(model.run(rows, late, watermark)));
      late = watermark;
      for (List<@Nullable Object> row : rows) {
        if (row.get(TIME) instanceof Long micros && movesWatermark.test(row)) {
          watermark = Math.max(watermark, Math.floorDiv(micros, 1000L) - DELAY * 1000);
        }
      }
    }
    assertThat(expected).as("the model gives something").anyMatch(rows -> !rows.isEmpty());
    DataflowHarness harness = new DataflowHarness(root, OutputMode.APPEND, "in", SCHEMA);
    List<Long> kept = List.of();
    List<Way> ways = DataflowHarness.ways(input.size());
    // Each of the three seeds takes a third of the ways.
    for (int i = (int) seed - 1; i < ways.size(); i += 3) {
      Way way = ways.get(i);
      assertThat(harness.run(input, way, folder.resolve("state" + runs++)))
          .as("%s, seed %d", way, seed)
          .map(StatefulChainsTest::texts)
          .isEqualTo(expected);
      kept = kept.isEmpty() ? harness.kept() : kept;
      assertThat(harness.kept()).as("state of %s, seed %d", way, seed).isEqualTo(kept);
    }
  }

  private static List<String> texts(List<List<@Nullable Object>> rows) {
    return rows.stream().map(List::toString).sorted().toList();
  }

  private static boolean any(List<@Nullable Object> row) {
    return !row.isEmpty();
  }

  /** Steps one after the other. */
  private static final class Steps {
    private final StepHarness harness = new StepHarness(SCHEMA);
    private Rel rel = new StepHarness(SCHEMA).plan(new SelectStep(), List.of("*"));

    Steps then(StepType step, Object value) {
      rel = harness.over(rel).plan(step, value);
      assertThat(harness.problems()).isEmpty();
      return this;
    }

    Steps watermark() {
      return then(new WatermarkStep(), Map.of("column", "ts", "delay", DELAY + " seconds"));
    }

    Steps group(String window, String key, String value) {
      Map<String, Object> aggregations = new LinkedHashMap<>();
      aggregations.put("n", "count(*)");
      aggregations.put("total", "sum(" + value + ")");
      return then(new GroupByStep(), Map.of("keys", List.of(window, key), "agg", aggregations));
    }

    Steps windows() {
      return group("window(ts, '10 seconds') AS w", "k", "v");
    }

    Steps join(Steps right, String type, String condition) {
      harness.with("right", right.rel);
      return then(new JoinStep(), Map.of("with", "right", "type", type, "on", condition));
    }

    static Steps side(int side) {
      return new Steps().then(new WhereStep(), "side = " + side).watermark();
    }

    static Steps timeJoin(String type) {
      Steps right = side(1).then(new SelectStep(), List.of("k AS rk", "ts AS rt", "v AS rv"));
      return side(0)
          .then(new SelectStep(), List.of("k AS lk", "ts AS lt", "v AS lv"))
          .join(
              right,
              type,
              "lk = rk AND lt >= rt - INTERVAL 10 SECONDS AND lt < rt + INTERVAL 5 SECONDS");
    }
  }

  private static Windows tenSeconds() {
    return new Windows(TIME, KEY, VALUE, 10, 10);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void windowsCountWhatDeduplicationLeaves(long seed) throws IOException {
    Steps steps =
        new Steps()
            .watermark()
            .then(new DropDuplicatesStep(), Map.of("columns", List.of("k", "ts")))
            .group("window(ts, '10 seconds', '4 seconds')", "k", "v");
    Stage model =
        new Distinct(KEY, TIME, false, new HashSet<>()).then(new Windows(TIME, KEY, VALUE, 10, 4));
    agrees(steps.rel, seed, model, StatefulChainsTest::any);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void statesCountWhatDeduplicationLeaves(long seed) throws IOException {
    Steps steps =
        new Steps()
            .watermark()
            .then(new DropDuplicatesStep(), Map.of("columns", List.of("k", "ts")))
            .then(
                new TransformWithStateStep(),
                Map.of(
                    "keys", List.of("k"),
                    "state", Map.of("n", "bigint"),
                    "update", Map.of("n", "coalesce(state.n, 0) + 1"),
                    "emit", Map.of("each", "batch", "select", List.of("key.k", "state.n"))));
    Stage model =
        new Distinct(KEY, TIME, false, new HashSet<>()).then(new Running(new HashMap<>()));
    agrees(steps.rel, seed, model, StatefulChainsTest::any);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void windowsOfWindowsCloseWhenTheLastOfThemHas(long seed) throws IOException {
    Steps nested = new Steps().watermark().windows();
    nested.group("window(w, '30 seconds', '15 seconds') AS ww", "k", "total");
    agrees(
        nested.rel, seed, tenSeconds().then(new Windows(0, 1, 3, 30, 15)), StatefulChainsTest::any);
    Steps timed = new Steps().watermark().windows();
    timed.then(new SelectStep(), List.of("window_time(w) AS t", "k", "n", "total"));
    timed.group("window(t, '20 seconds') AS ww", "k", "n");
    timed.group("window(ww, '40 seconds') AS www", "k", "total");
    agrees(
        timed.rel,
        seed,
        tenSeconds().then(new Windows(0, 1, 2, 20, 20)).then(new Windows(0, 1, 3, 40, 40)),
        StatefulChainsTest::any);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void windowsCountSessionsByTheirEnd(long seed) throws IOException {
    Steps steps = new Steps().watermark().group("session_window(ts, '4 seconds') AS s", "k", "v");
    steps.group("window(window_time(s), '20 seconds')", "k", "total");
    agrees(
        steps.rel,
        seed,
        new Sessions(4 * SECOND, new HashMap<>()).then(new Windows(0, 1, 3, 20, 20)),
        StatefulChainsTest::any);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void windowsCountJoinedRowsByTheWatermarkThatTheJoinGivesOn(long seed) throws IOException {
    agrees(
        Steps.timeJoin("inner").group("window(lt, '20 seconds', '10 seconds')", "lk", "lv").rel,
        seed,
        new TimeJoin(false).then(new Windows(1, 0, 2, 20, 10)),
        row -> row.get(KEY) != null);
    agrees(
        Steps.timeJoin("leftOuter").group("window(lt, '10 seconds')", "rk", "lv").rel,
        seed,
        new TimeJoin(true).then(new Windows(1, 3, 2, 10, 10)),
        row -> row.get(KEY) != null || Objects.equals(row.get(0), 0));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void joinedRowsAreDeduplicated(long seed) throws IOException {
    for (boolean outer : new boolean[] {false, true}) {
      Steps steps =
          Steps.timeJoin(outer ? "leftOuter" : "inner")
              .then(new SelectStep(), List.of("lk", "lt"))
              .then(new DropDuplicatesStep(), Map.of("columns", List.of("lk", "lt")));
      agrees(
          steps.rel,
          seed,
          new TimeJoin(outer).then(new Distinct(0, 1, true, new HashSet<>())),
          row -> row.get(KEY) != null || outer && Objects.equals(row.get(0), 0));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void closedWindowsOfTwoStreamsAreJoined(long seed) throws IOException {
    Steps right = Steps.side(1).windows();
    right.then(new SelectStep(), List.of("w AS rw", "k AS rk", "n AS rn", "total AS rtotal"));
    Steps steps = Steps.side(0).windows().join(right, "inner", "w = rw AND k = rk");
    steps.then(new SelectStep(), List.of("w", "k", "n", "total", "rn", "rtotal"));
    agrees(
        steps.rel, seed, new WindowJoin(tenSeconds(), tenSeconds()), row -> row.get(KEY) != null);
  }
}
