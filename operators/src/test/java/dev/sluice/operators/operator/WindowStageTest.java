package dev.sluice.operators.operator;

import static dev.sluice.operators.operator.TestPlans.batch;
import static dev.sluice.operators.operator.TestPlans.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.OutputMode;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.sql.FunctionRegistry;
import dev.sluice.operators.sql.SelectPlanner;
import dev.sluice.operators.testing.SqlTesting;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Window functions over more rows than one worker sorts, whoever has read them. */
class WindowStageTest {
  private static final Schema SCHEMA =
      Schema.of(new Field("k", AtomicType.DOUBLE, true), new Field("v", AtomicType.BIGINT, false));
  private static final int ROWS = RowBuckets.FEW_ROWS + 5000;
  private static final int SPLITS = 7;
  private static final String PARTITIONED =
      "SELECT k, v, row_number() OVER (PARTITION BY k ORDER BY v) AS r,"
          + " sum(v) OVER (PARTITION BY k ORDER BY v) AS s FROM source";

  /** Row i has the key and the value of this place; some keys are null, and zeros have signs. */
  private static List<@Nullable Object> input(int i) {
    int key = i * 31 % 97;
    double zero = i % 2 == 0 ? 0.0 : -0.0;
    Object k = key == 5 ? null : (Object) (key == 6 ? zero : Double.valueOf(key));
    return row(k, i * 7919L % ROWS);
  }

  private static Rel plan(String sql) {
    Rel read = new Rel.Read("source", SCHEMA, true, Origin.NONE);
    SelectPlanner.Tables tables =
        new SelectPlanner.Tables() {
          @Override
          public Optional<Rel> table(String name) {
            return Optional.of(read);
          }

          @Override
          public List<String> names() {
            return List.of("source");
          }
        };
    Problems problems = new Problems();
    return new SelectPlanner(
            Session.DEFAULT, FunctionRegistry.load(), problems, QueryExecutor::executeNow)
        .plan(SqlTesting.text(sql), tables, Rel.Aggregate.Scope.BATCH, Origin.NONE)
        .orElseThrow(() -> new AssertionError(problems.all()));
  }

  /** The rows that each worker gives. */
  private static List<List<List<@Nullable Object>>> run(String sql, int workers, int cut) {
    List<List<List<@Nullable Object>>> given = new ArrayList<>();
    List<Emitter> emitters = new ArrayList<>();
    for (int w = 0; w < workers; w++) {
      List<List<@Nullable Object>> own = new ArrayList<>();
      given.add(own);
      emitters.add(rows -> own.addAll(TestPlans.rows(List.of(rows))));
    }
    List<Integer> splits = new ArrayList<>();
    for (int split = 0; split < SPLITS; split++) {
      splits.add(split);
    }
    Collections.shuffle(splits, new Random(workers));
    try (EmbeddedDataflow dataflow =
        EmbeddedDataflow.inMemory(
            List.of(new EmbeddedDataflow.Output(plan(sql), OutputMode.APPEND)), workers)) {
      dataflow.begin(new Epoch(0, 0, 0, 0, 1), List.of(emitters));
      for (int split : splits) {
        int worker = split % workers;
        dataflow.beginSplit("source", worker, split);
        int end = ROWS * (split + 1) / SPLITS;
        for (int from = ROWS * split / SPLITS; from < end; from += cut) {
          List<List<@Nullable Object>> some = new ArrayList<>();
          for (int i = from; i < Math.min(end, from + cut); i++) {
            some.add(input(i));
          }
          dataflow.process("source", worker, batch(SCHEMA, some));
        }
      }
      dataflow.finish();
    }
    return given;
  }

  private static List<String> sorted(List<List<List<@Nullable Object>>> given) {
    return given.stream().flatMap(List::stream).map(Object::toString).sorted().toList();
  }

  @Test
  void manyWorkersGiveWhatOneDoes() {
    List<List<List<@Nullable Object>>> once = run(PARTITIONED, 1, 4096);
    assertThat(once.get(0)).hasSize(ROWS);
    assertThat(sorted(run(PARTITIONED, 2, 4096))).isEqualTo(sorted(once));
    List<List<List<@Nullable Object>>> many = run(PARTITIONED, 5, 1001);
    assertThat(sorted(many)).isEqualTo(sorted(once));
    assertThat(many).as("all have a part of it").noneMatch(List::isEmpty);
  }

  @Test
  void partitionsComeOutWholeAndInOrder() {
    Set<Object> ended = new HashSet<>();
    for (List<List<@Nullable Object>> own : run(PARTITIONED, 3, 4096)) {
      long number = 0;
      long total = 0;
      Object before = "none";
      for (List<@Nullable Object> row : own) {
        Object key = row.get(0) == null ? "null" : (Object) ((Double) row.get(0) + 0.0);
        if (!key.equals(before)) {
          assertThat(ended.add(key)).as("%s comes twice", key).isTrue();
          before = key;
          number = 0;
          total = 0;
        }
        number++;
        total += (Long) row.get(1);
        assertThat(row.get(2)).isEqualTo((int) number);
        assertThat(row.get(3)).isEqualTo(total);
      }
    }
    assertThat(ended).hasSize(96);
  }

  @Test
  void rowsWithoutPartitionsHaveOneOrder() {
    List<List<List<@Nullable Object>>> given =
        run("SELECT k, v, row_number() OVER (ORDER BY v) AS r FROM source", 3, 4096);
    assertThat(given.get(0)).hasSize(ROWS);
    assertThat(given.get(0))
        .allMatch(row -> ((Integer) row.get(2)).longValue() == (Long) row.get(1) + 1);
  }
}
