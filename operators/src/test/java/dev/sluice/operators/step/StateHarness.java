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
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/** Programs of {@code transformWithState} over keys, times and values; its tests extend this. */
@NullMarked
abstract class StateHarness {
  static final Schema SCHEMA =
      Schema.of(
          new Field("k", AtomicType.STRING),
          new Field("ts", AtomicType.TIMESTAMP),
          new Field("v", AtomicType.BIGINT));
  static final long SECOND = 1_000_000L;
  static final EpochInput NONE = new EpochInput(List.of());

  @TempDir Path folder;
  int runs;

  static List<@Nullable Object> row(@Nullable Object... values) {
    return Arrays.asList(values);
  }

  static EpochInput rows(List<List<@Nullable Object>> rows) {
    return new EpochInput(List.of(rows));
  }

  static StepHarness steps() {
    StepHarness steps = new StepHarness(SCHEMA);
    steps.over(steps.plan(new WatermarkStep(), Map.of("column", "ts", "delay", "5 seconds")));
    return steps;
  }

  static Rel plan(Object value) {
    StepHarness steps = steps();
    Rel rel = steps.plan(new TransformWithStateStep(), value);
    assertThat(steps.problems()).isEmpty();
    return rel;
  }

  /** Every way gives what the first one gives, which is returned, each epoch sorted. */
  List<List<List<@Nullable Object>>> runAllWays(Rel rel, List<EpochInput> input)
      throws IOException {
    DataflowHarness harness = new DataflowHarness(rel, OutputMode.APPEND, "in", SCHEMA);
    List<List<List<@Nullable Object>>> first = List.of();
    List<Long> kept = List.of();
    for (Way way : DataflowHarness.ways(input.size())) {
      List<List<List<@Nullable Object>>> seen =
          harness.run(input, way, folder.resolve("state" + runs++)).stream()
              .map(DataflowHarness::sorted)
              .toList();
      if (first.isEmpty()) {
        first = seen;
        kept = harness.kept();
      }
      assertThat(seen).as("%s", way).isEqualTo(first);
      assertThat(harness.kept()).as("%s", way).isEqualTo(kept);
    }
    return first;
  }

  /** A map that keeps its order. */
  static Map<String, Object> map(Object... entries) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < entries.length; i += 2) {
      map.put((String) entries[i], entries[i + 1]);
    }
    return map;
  }
}
