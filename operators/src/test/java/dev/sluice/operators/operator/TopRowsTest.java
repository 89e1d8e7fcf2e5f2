package dev.sluice.operators.operator;

import static dev.sluice.operators.operator.TestPlans.batch;
import static dev.sluice.operators.operator.TestPlans.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.OutputMode;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.plan.SortOrder;
import dev.sluice.operators.testing.SqlTesting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The first rows of a sort are those of the whole sort, however the input is cut and read. */
class TopRowsTest {
  private static final Schema SCHEMA =
      Schema.of(
          new Field("k", AtomicType.BIGINT, true),
          new Field("s", AtomicType.STRING, true),
          new Field("id", AtomicType.BIGINT, false));
  private static final int SPLITS = 7;

  private static List<List<List<@Nullable Object>>> input(int rows, int different) {
    Random random = new Random(rows);
    List<List<List<@Nullable Object>>> splits = new ArrayList<>();
    for (int split = 0; split < SPLITS; split++) {
      List<List<@Nullable Object>> own = new ArrayList<>();
      for (int i = 0; i < rows; i++) {
        Object key = random.nextInt(20) == 0 ? null : (long) random.nextInt(different);
        own.add(row(key, "s" + random.nextInt(3), split * 1_000_000L + i));
      }
      splits.add(own);
    }
    return splits;
  }

  private static Rel plan(long count, long skip, boolean ascending) {
    Rel read = new Rel.Read("in", SCHEMA, false, Origin.NONE);
    Rel sorted =
        new Rel.Sort(
            read,
            List.of(
                new SortOrder(SqlTesting.bind("k", SCHEMA), ascending, ascending),
                new SortOrder(SqlTesting.bind("s", SCHEMA), true, true)),
            Origin.NONE);
    Rel projected =
        new Rel.Project(
            sorted, List.of(new NamedExpression("id", SqlTesting.bind("id", SCHEMA))), Origin.NONE);
    return new Rel.Limit(projected, count, skip, 0, Origin.NONE);
  }

  private static List<Object> run(
      Rel plan, List<List<List<@Nullable Object>>> splits, int workers, int cut) {
    List<Object> ids = new ArrayList<>();
    Emitter out = rows -> TestPlans.rows(List.of(rows)).forEach(one -> ids.add(one.get(0)));
    List<Emitter> emitters = new ArrayList<>();
    for (int i = 0; i < workers; i++) {
      emitters.add(out);
    }
    try (EmbeddedDataflow dataflow =
        EmbeddedDataflow.inMemory(
            List.of(new EmbeddedDataflow.Output(plan, OutputMode.COMPLETE)), workers)) {
      dataflow.begin(new Epoch(0, 0, 0, 0), List.of(emitters));
      for (int split = SPLITS - 1; split >= 0; split--) {
        dataflow.beginSplit("in", split % workers, split);
        List<List<@Nullable Object>> rows = splits.get(split);
        for (int from = 0; from < rows.size(); from += cut) {
          List<List<@Nullable Object>> some = rows.subList(from, Math.min(rows.size(), from + cut));
          dataflow.process("in", split % workers, batch(SCHEMA, some));
        }
      }
      dataflow.finish();
    }
    return ids;
  }

  private static List<Object> expected(
      List<List<List<@Nullable Object>>> splits, long count, long skip, boolean ascending) {
    Comparator<Long> values = Comparator.nullsFirst(Comparator.naturalOrder());
    Comparator<List<@Nullable Object>> keys =
        Comparator.comparing(r -> (Long) r.get(0), ascending ? values : values.reversed());
    List<List<@Nullable Object>> all = new ArrayList<>();
    splits.forEach(all::addAll);
    all.sort(keys.thenComparing(r -> String.valueOf(r.get(1))));
    return all.stream().skip(skip).limit(count).<Object>map(r -> r.get(2)).toList();
  }

  @Test
  void givesTheFirstRowsOfTheSort() {
    for (int different : new int[] {1, 5, 100_000}) {
      List<List<List<@Nullable Object>>> splits = input(9_000, different);
      for (boolean ascending : new boolean[] {true, false}) {
        for (long count : new long[] {1, 10, 5_000}) {
          List<Object> expected = expected(splits, count, 3, ascending);
          assertThat(run(plan(count, 3, ascending), splits, 1, 4096)).isEqualTo(expected);
          assertThat(run(plan(count, 3, ascending), splits, 3, 1000)).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void givesFewerRowsThanWantedIfThereAreFewer() {
    List<List<List<@Nullable Object>>> splits = input(3, 5);
    assertThat(run(plan(100, 2, true), splits, 2, 2)).isEqualTo(expected(splits, 100, 2, true));
    assertThat(run(plan(0, 0, true), splits, 2, 2)).isEmpty();
  }

  @Test
  void tellsWhenALimitHasEnough() {
    Rel read = new Rel.Read("in", SCHEMA, false, Origin.NONE);
    Rel some = new Rel.Filter(read, SqlTesting.bind("id > 1", SCHEMA), Origin.NONE);
    Rel limit = new Rel.Limit(some, 2, Origin.NONE);
    try (EmbeddedDataflow dataflow =
        EmbeddedDataflow.inMemory(
            List.of(new EmbeddedDataflow.Output(limit, OutputMode.COMPLETE)), 1)) {
      dataflow.begin(new Epoch(0, 0, 0, 0), List.of(List.of(rows -> {})));
      dataflow.beginSplit("in", 0, 3);
      dataflow.process("in", 0, batch(SCHEMA, row(1L, "a", 1L), row(1L, "a", 2L)));
      assertThat(dataflow.enough("in", 3)).isFalse();
      dataflow.process("in", 0, batch(SCHEMA, row(1L, "a", 3L), row(1L, "a", 4L)));
      assertThat(dataflow.enough("in", 3)).isTrue();
      assertThat(dataflow.enough("in", 4)).isTrue();
      // Rows of splits before may still take the places of those.
      assertThat(dataflow.enough("in", 2)).isFalse();
    }
  }
}
