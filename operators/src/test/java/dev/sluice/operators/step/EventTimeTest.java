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
import java.util.Random;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Windows, late rows and duplicates against a model that follows Spark's rules row by row, however
 * the rows are cut, spread over workers and restarted.
 */
@NullMarked
class EventTimeTest {
  private static final Schema SCHEMA =
      Schema.of(
          new Field("k", AtomicType.STRING),
          new Field("ts", AtomicType.TIMESTAMP),
          new Field("v", AtomicType.BIGINT));
  private static final long SECOND = 1_000_000L;
  private static final long DELAY = 5;

  @TempDir Path folder;
  private int runs;

  /** The watermark of the model, in seconds: the batch's own, and that of the batch before. */
  private long watermark;

  private long late;
  private final Map<Object, Long> state = new HashMap<>();
  private final Map<Object, Long> counts = new LinkedHashMap<>();

  private static List<EpochInput> input(long seed) {
    Random random = new Random(seed);
    List<EpochInput> epochs = new ArrayList<>();
    for (int epoch = 0; epoch < 6; epoch++) {
      List<List<List<@Nullable Object>>> splits = new ArrayList<>();
      for (int split = random.nextInt(4); split > 0; split--) {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (int i = random.nextInt(8); i > 0; i--) {
          long seconds = 8L * epoch + random.nextInt(25) - 3;
          rows.add(
              Arrays.asList(
                  random.nextInt(9) == 0 ? null : "k" + random.nextInt(3),
                  random.nextInt(12) == 0 ? null : (Object) (seconds * SECOND),
                  (Object) (long) random.nextInt(4)));
        }
        splits.add(rows);
      }
      epochs.add(new EpochInput(splits));
    }
    return epochs;
  }

  private static Rel watermarked() {
    return new StepHarness(SCHEMA)
        .plan(new WatermarkStep(), Map.of("column", "ts", "delay", DELAY + " seconds"));
  }

  private void agrees(Rel root, OutputMode mode, long seed, Model model) throws IOException {
    List<EpochInput> input = input(seed);
    watermark = 0;
    late = 0;
    state.clear();
    counts.clear();
    List<List<String>> expected = new ArrayList<>();
    for (EpochInput epoch : input) {
      List<String> rows = model.epoch(epoch);
      rows.sort(Comparator.naturalOrder());
      expected.add(rows);
      late = watermark;
      for (List<List<@Nullable Object>> split : epoch.splits()) {
        for (List<@Nullable Object> row : split) {
          if (row.get(1) instanceof Long micros) {
            watermark = Math.max(watermark, micros / SECOND - DELAY);
          }
        }
      }
    }
    DataflowHarness harness = new DataflowHarness(root, mode, "in", SCHEMA);
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
    }
  }

  /** What an epoch must give. */
  private interface Model {
    List<String> epoch(EpochInput rows);
  }

  private static List<List<@Nullable Object>> rows(EpochInput epoch) {
    return epoch.splits().stream().flatMap(List::stream).toList();
  }

  /** Counts by key and window of ten seconds: what the epoch touched. */
  private List<List<@Nullable Object>> count(EpochInput epoch) {
    List<List<@Nullable Object>> touched = new ArrayList<>();
    for (List<@Nullable Object> row : rows(epoch)) {
      if (row.get(1) instanceof Long micros) {
        long end = Math.floorDiv(micros, 10 * SECOND) * 10 + 10;
        List<@Nullable Object> group = Arrays.asList(row.get(0), end);
        if (end > late) {
          counts.merge(group, 1L, Long::sum);
          if (!touched.contains(group)) {
            touched.add(group);
          }
        }
      }
    }
    return touched;
  }

  private String group(List<@Nullable Object> group) {
    long end = (Long) java.util.Objects.requireNonNull(group.get(1)) * SECOND;
    return Arrays.asList(List.of(end - 10 * SECOND, end), group.get(0), counts.get(group))
        .toString();
  }

  @SuppressWarnings("unchecked")
  private List<List<@Nullable Object>> closed() {
    List<List<@Nullable Object>> closed = new ArrayList<>();
    counts.keySet().forEach(key -> closed.add((List<@Nullable Object>) key));
    closed.removeIf(group -> (Long) java.util.Objects.requireNonNull(group.get(1)) > watermark);
    return closed;
  }

  private static Rel windows() {
    Map<String, Object> value = new LinkedHashMap<>();
    value.put("window", Map.of("column", "ts", "duration", "10 seconds"));
    value.put("keys", List.of("k"));
    value.put("agg", Map.of("n", "count(*)"));
    return new StepHarness(SCHEMA).over(watermarked()).plan(new GroupByStep(), value);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void appendGivesEachWindowOnceWhenTheWatermarkPassesItsEnd(long seed) throws IOException {
    agrees(
        windows(),
        OutputMode.APPEND,
        seed,
        epoch -> {
          count(epoch);
          List<String> given = new ArrayList<>();
          for (List<@Nullable Object> group : closed()) {
            given.add(group(group));
            counts.remove(group);
          }
          return given;
        });
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void updateGivesTouchedWindowsAndForgetsThoseThatAreOver(long seed) throws IOException {
    agrees(
        windows(),
        OutputMode.UPDATE,
        seed,
        epoch -> {
          List<String> given = new ArrayList<>();
          count(epoch).forEach(group -> given.add(group(group)));
          closed().forEach(counts::remove);
          return given;
        });
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void duplicatesByTimeAreForgottenWithTheWatermark(long seed) throws IOException {
    Rel root =
        new StepHarness(SCHEMA)
            .over(watermarked())
            .plan(new DropDuplicatesStep(), Map.of("columns", List.of("k", "ts")));
    agrees(
        root,
        OutputMode.APPEND,
        seed,
        epoch -> {
          List<String> given = new ArrayList<>();
          for (List<@Nullable Object> row : rows(epoch)) {
            Long micros = (Long) row.get(1);
            boolean onTime = micros == null || micros > late * SECOND;
            if (onTime && state.putIfAbsent(row.subList(0, 2), expiry(micros)) == null) {
              given.add(row.toString());
            }
          }
          state.values().removeIf(at -> at <= watermark * SECOND);
          return given;
        });
  }

  private static long expiry(@Nullable Long micros) {
    return micros == null ? Long.MAX_VALUE : micros;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void duplicatesWithinTheWatermarkAreForgottenADelayAfterTheFirst(long seed) throws IOException {
    Rel root =
        new StepHarness(SCHEMA)
            .over(watermarked())
            .plan(
                new DropDuplicatesStep(), Map.of("columns", List.of("k"), "withinWatermark", true));
    agrees(
        root,
        OutputMode.APPEND,
        seed,
        epoch -> {
          List<String> given = new ArrayList<>();
          for (List<@Nullable Object> row : rows(epoch)) {
            Long micros = (Long) row.get(1);
            boolean onTime = micros == null || micros > late * SECOND;
            long until = (micros == null ? 0 : micros) + DELAY * SECOND;
            if (onTime && state.putIfAbsent(row.subList(0, 1), until) == null) {
              given.add(row.toString());
            }
          }
          state.values().removeIf(at -> at <= watermark * SECOND);
          return given;
        });
  }

  @Test
  void refusesADelayThatIsNoLengthOfTime() {
    for (String delay :
        List.of("10", "soon", "-1 second", "interval", "INTERVAL '1' foo", "", "999999999 days")) {
      StepHarness harness = new StepHarness(SCHEMA);
      harness.plan(new WatermarkStep(), Map.of("column", "ts", "delay", delay));
      assertThat(harness.problems()).as("delay '%s'", delay).hasSize(1);
    }
  }

  @Test
  void refusesASecondWatermark() {
    StepHarness harness = new StepHarness(SCHEMA).over(watermarked());
    harness.plan(new WatermarkStep(), Map.of("column", "ts", "delay", "1 second"));
    assertThat(harness.problems().get(0)).contains("Redefining watermark is disallowed");
  }

  @Test
  void refusesEventTimeThatIsNoTime() {
    StepHarness harness = new StepHarness(SCHEMA);
    harness.plan(new WatermarkStep(), Map.of("column", "v", "delay", "1 second"));
    assertThat(harness.problems().get(0)).contains("event-time-is-not-on-timestamp-type");
  }
}
