package dev.sluice.operators.operator;

import static dev.sluice.operators.data.AtomicType.BIGINT;
import static dev.sluice.operators.data.AtomicType.DOUBLE;
import static dev.sluice.operators.data.AtomicType.INT;
import static dev.sluice.operators.data.AtomicType.STRING;
import static dev.sluice.operators.operator.TestPlans.aggregate;
import static dev.sluice.operators.operator.TestPlans.column;
import static dev.sluice.operators.operator.TestPlans.list;
import static dev.sluice.operators.operator.TestPlans.read;
import static dev.sluice.operators.operator.TestPlans.row;
import static dev.sluice.operators.operator.TestPlans.schema;
import static dev.sluice.operators.operator.TestPlans.sum;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.function.Aggregation;
import dev.sluice.operators.operator.DataflowHarness.EpochInput;
import dev.sluice.operators.operator.DataflowHarness.Way;
import dev.sluice.operators.plan.NamedAggregation;
import dev.sluice.operators.plan.OutputMode;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.plan.Rel.Aggregate.Scope;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NullMarked
class AggregateDataflowTest {
  private static final Schema SCHEMA =
      schema(
          "unused",
          STRING,
          "s",
          STRING,
          "d",
          DOUBLE,
          "l",
          BIGINT,
          "i",
          INT,
          "big",
          new DecimalType(30, 2),
          "v",
          BIGINT);
  @TempDir Path folder;
  private int runs;

  private static List<@Nullable Object> randomRow(Random random) {
    String[] texts = {"", "a", "b", "a long text that fills more than eight bytes", "ä"};
    double[] doubles = {0.0, -0.0, 1.5, Double.NaN, Double.NEGATIVE_INFINITY};
    return row(
        "x",
        random.nextInt(8) == 0 ? null : texts[random.nextInt(texts.length)],
        random.nextInt(8) == 0 ? null : doubles[random.nextInt(doubles.length)],
        random.nextInt(8) == 0 ? null : (Object) (random.nextInt(5) * 1_000_000_007L - 2),
        random.nextInt(8) == 0 ? null : (Object) (random.nextInt(3) - 1),
        random.nextInt(8) == 0 ? null : new BigDecimal(random.nextInt(3) + ".50"),
        random.nextInt(8) == 0 ? null : (Object) (long) random.nextInt(100));
  }

  private static List<EpochInput> randomInput(Random random) {
    List<EpochInput> epochs = new ArrayList<>();
    for (int epoch = 0; epoch < 4; epoch++) {
      List<List<List<@Nullable Object>>> splits = new ArrayList<>();
      int count = random.nextInt(6);
      for (int split = 0; split < count; split++) {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (int i = random.nextInt(9); i > 0; i--) {
          rows.add(randomRow(random));
        }
        splits.add(rows);
      }
      epochs.add(new EpochInput(splits));
    }
    return epochs;
  }

  /** What the aggregation must give, computed row by row in maps. */
  private static List<List<List<@Nullable Object>>> model(
      List<EpochInput> input, List<String> keys, OutputMode mode, Scope scope) {
    Map<List<@Nullable Object>, List<@Nullable Object>> groups = new LinkedHashMap<>();
    List<List<List<@Nullable Object>>> result = new ArrayList<>();
    for (EpochInput epoch : input) {
      Map<List<@Nullable Object>, Boolean> touched = new LinkedHashMap<>();
      if (scope == Scope.BATCH) {
        groups.clear();
      }
      if (keys.isEmpty()) {
        groups.putIfAbsent(List.of(), row(null, ""));
        touched.put(List.of(), true);
      }
      for (List<List<@Nullable Object>> split : epoch.splits()) {
        for (List<@Nullable Object> row : split) {
          List<@Nullable Object> key = new ArrayList<>();
          for (String name : keys) {
            Object value = row.get(SCHEMA.indexesOf(name).get(0));
            key.add(value instanceof Double d && d == 0.0 ? (Object) 0.0 : value);
          }
          touched.put(key, true);
          List<@Nullable Object> group = groups.computeIfAbsent(key, k -> row(null, ""));
          Object value = row.get(row.size() - 1);
          if (value != null) {
            Object sum = group.get(0);
            group.set(0, (sum == null ? 0L : (Long) sum) + (Long) value);
            group.set(1, group.get(1) + String.valueOf(value) + " ");
          }
        }
      }
      List<List<@Nullable Object>> rows = new ArrayList<>();
      groups.forEach(
          (key, values) -> {
            if (mode == OutputMode.COMPLETE || touched.containsKey(key)) {
              List<@Nullable Object> row = new ArrayList<>(key);
              row.addAll(values);
              rows.add(row);
            }
          });
      result.add(rows);
    }
    return result;
  }

  private void check(Rel.Aggregate plan, OutputMode mode, List<EpochInput> input, long seed)
      throws IOException {
    List<String> keys = plan.keys().stream().map(key -> key.name()).toList();
    var expected = model(input, keys, mode, plan.scope());
    for (Way way : DataflowHarness.ways(input.size())) {
      DataflowHarness harness = new DataflowHarness(plan, mode, "in", SCHEMA);
      var actual = harness.run(input, way, folder.resolve("state" + runs++));
      for (int epoch = 0; epoch < input.size(); epoch++) {
        assertThat(DataflowHarness.sorted(actual.get(epoch)))
            .as("seed %s, %s, keys %s, epoch %s", seed, way, keys, epoch)
            .isEqualTo(DataflowHarness.sorted(expected.get(epoch)));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void agreesWithANaiveModelHoweverItIsRun(long seed) throws IOException {
    Random random = new Random(seed);
    List<EpochInput> input = randomInput(random);
    Rel.Read in = read("in", SCHEMA);
    List<List<String>> keySets =
        List.of(
            List.of(),
            List.of("s"),
            List.of("d"),
            List.of("l"),
            List.of("i"),
            List.of("s", "l", "d"),
            List.of("big", "i"));
    List<String> keys = keySets.get(random.nextInt(keySets.size()));
    OutputMode mode = random.nextBoolean() ? OutputMode.UPDATE : OutputMode.COMPLETE;
    check(
        aggregate(in, Scope.STREAM, keys, sum(column(in, "v")), list(column(in, "v"))),
        mode,
        input,
        seed);
  }

  @Test
  void forgetsTheGroupsOfABatch() throws IOException {
    List<EpochInput> input = randomInput(new Random(99));
    Rel.Read in = read("in", SCHEMA);
    check(
        aggregate(in, Scope.BATCH, List.of("s", "i"), sum(column(in, "v")), list(column(in, "v"))),
        OutputMode.APPEND,
        input,
        99);
  }

  @Test
  void countsADistinctValueOnceWhoeverReadsIt() throws IOException {
    Rel.Read in = read("in", SCHEMA);
    List<EpochInput> input =
        List.of(
            new EpochInput(
                List.of(
                    List.of(
                        row("x", "a", 1.0, 1L, 1, null, 7L), row("x", "b", 1.0, 1L, 1, null, 7L)),
                    List.of(
                        row("x", "a", 1.0, 1L, 1, null, 7L), row("x", "a", 1.0, 1L, 1, null, 2L)),
                    List.of(
                        row("x", "a", 1.0, 1L, 1, null, 2L), row("x", "b", 1.0, 1L, 1, null, 9L)))),
            new EpochInput(List.of(List.of(row("x", "a", 1.0, 1L, 1, null, 7L)))));
    Rel plan =
        aggregate(
            in,
            Scope.BATCH,
            List.of("s"),
            List.of(
                new NamedAggregation("once", list(column(in, "v")), true, Optional.empty()),
                new NamedAggregation("all", list(column(in, "v")), false, Optional.empty())));
    DataflowHarness harness = new DataflowHarness(plan, OutputMode.APPEND, "in", SCHEMA);
    for (Way way : DataflowHarness.ways(2)) {
      var actual = harness.run(input, way, folder.resolve("distinct" + runs++));
      assertThat(DataflowHarness.sorted(actual.get(0)))
          .as("%s", way)
          .containsExactly(row("a", "7 2 ", "7 7 2 2 "), row("b", "7 9 ", "7 9 "));
      assertThat(actual.get(1)).as("%s", way).containsExactly(row("a", "7 ", "7 "));
    }
  }

  @Test
  void givesAGlobalGroupInEachBatchOfUpdateMode() throws IOException {
    Rel.Read in = read("in", SCHEMA);
    List<EpochInput> input =
        List.of(
            new EpochInput(List.of()),
            new EpochInput(List.of(List.of(row("x", "a", 1.0, 1L, 1, null, 7L)))),
            new EpochInput(List.of()));
    Aggregation total = sum(column(in, "v"));
    DataflowHarness harness =
        new DataflowHarness(
            aggregate(in, Scope.STREAM, List.of(), total), OutputMode.UPDATE, "in", SCHEMA);
    for (Way way : DataflowHarness.ways(3)) {
      assertThat(harness.run(input, way, folder.resolve("global" + runs++)))
          .containsExactly(List.of(row((Object) null)), List.of(row(7L)), List.of(row(7L)));
    }
  }

  @Test
  void asksTheSourceOnlyForTheColumnsThatAreRead() throws IOException {
    Rel.Read in = read("in", SCHEMA);
    Rel plan = aggregate(in, Scope.STREAM, List.of("s"), sum(column(in, "v")));
    try (EmbeddedDataflow dataflow =
        EmbeddedDataflow.inMemory(
            List.of(new EmbeddedDataflow.Output(plan, OutputMode.UPDATE)), 1)) {
      assertThat(dataflow.scans().get("in").schema().names()).containsExactly("s", "v");
    }
  }

  @Test
  void keepsManyKeysWhoeverReadsThem() throws IOException {
    Schema schema = schema("l", BIGINT, "v", BIGINT);
    Rel.Read in = read("in", schema);
    Rel plan = aggregate(in, Scope.STREAM, List.of("l"), sum(column(in, "v")));
    List<List<List<@Nullable Object>>> splits = new ArrayList<>();
    for (int split = 0; split < 4; split++) {
      List<List<@Nullable Object>> rows = new ArrayList<>();
      for (long i = 0; i < 50_000; i++) {
        rows.add(row((i * 31 + split) % 120_000, 1L));
      }
      splits.add(rows);
    }
    Map<Object, Long> expected = new LinkedHashMap<>();
    splits.forEach(rows -> rows.forEach(r -> expected.merge(r.get(0) + "", 1L, Long::sum)));
    for (int workers : new int[] {1, 2}) {
      DataflowHarness harness = new DataflowHarness(plan, OutputMode.UPDATE, "in", schema);
      Way way = new Way(workers, 4096, DataflowHarness.Shape.FLAT, Way.EVERY);
      List<EpochInput> input = List.of(new EpochInput(splits), new EpochInput(splits));
      var result = harness.run(input, way, folder.resolve("many" + workers));
      for (int epoch = 0; epoch < 2; epoch++) {
        Map<Object, Long> actual = new LinkedHashMap<>();
        int times = epoch + 1;
        for (List<@Nullable Object> one : result.get(epoch)) {
          Object sum = one.get(1);
          actual.put(one.get(0) + "", sum == null ? 0L : (Long) sum / times);
        }
        assertThat(result.get(epoch)).hasSize(expected.size());
        assertThat(actual).isEqualTo(expected);
      }
    }
  }
}
