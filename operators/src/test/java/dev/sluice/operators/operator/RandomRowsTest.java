package dev.sluice.operators.operator;

import static dev.sluice.operators.operator.TestPlans.batch;
import static dev.sluice.operators.operator.TestPlans.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.OutputMode;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.testing.SqlTesting;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A batch that is replayed draws what it drew before, whoever reads its splits. */
class RandomRowsTest {
  private static final Schema SCHEMA = Schema.of(new Field("v", AtomicType.BIGINT, true));
  private static final int SPLITS = 5;
  private static final int ROWS = 20;

  private static List<String> rows(String sql, long epoch, long salt, int workers, int cut) {
    Expression expression = SqlTesting.bind(sql, SCHEMA);
    Expression value = SqlTesting.bind("v", SCHEMA);
    Rel root =
        new Rel.Project(
            new Rel.Read("in", SCHEMA, true, Origin.NONE),
            List.of(new NamedExpression("v", value), new NamedExpression("r", expression)),
            Origin.NONE);
    List<String> found = new ArrayList<>();
    Emitter out = batch -> TestPlans.rows(List.of(batch)).forEach(one -> found.add(one.toString()));
    List<Emitter> emitters = new ArrayList<>();
    for (int i = 0; i < workers; i++) {
      emitters.add(out);
    }
    try (EmbeddedDataflow dataflow =
        EmbeddedDataflow.inMemory(
            List.of(new EmbeddedDataflow.Output(root, OutputMode.APPEND)), workers)) {
      dataflow.begin(new Epoch(epoch, 0, 0, 0, salt), List.of(emitters));
      for (int split = SPLITS - 1; split >= 0; split--) {
        int worker = split % workers;
        dataflow.beginSplit("in", worker, split);
        for (long from = 0; from < ROWS; from += cut) {
          List<List<@Nullable Object>> some = new ArrayList<>();
          for (long i = from; i < Math.min(ROWS, from + cut); i++) {
            some.add(row(split * 100L + i));
          }
          dataflow.process("in", worker, batch(SCHEMA, some));
        }
      }
      dataflow.finish();
    }
    return found.stream().sorted().toList();
  }

  @Test
  void drawsTheSameWhoeverReads() {
    for (String sql : List.of("rand()", "uuid()", "rand(7)", "monotonically_increasing_id()")) {
      List<String> once = rows(sql, 3, 99, 1, 4096);
      assertThat(rows(sql, 3, 99, 2, 7)).as(sql).isEqualTo(once);
      assertThat(rows(sql, 3, 99, 4, 1)).as(sql).isEqualTo(once);
      assertThat(once.stream().map(r -> r.substring(r.indexOf(','))))
          .as(sql)
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void drawsSomethingElseInEachBatchAndEachQuery() {
    List<String> once = rows("rand()", 3, 99, 1, 4096);
    assertThat(rows("rand()", 4, 99, 1, 4096)).doesNotContainAnyElementsOf(once);
    assertThat(rows("rand()", 3, 98, 1, 4096)).doesNotContainAnyElementsOf(once);
    assertThat(rows("rand(7)", 3, 98, 1, 4096)).isEqualTo(rows("rand(7)", 3, 99, 1, 4096));
    assertThat(rows("rand(7)", 4, 99, 1, 4096))
        .doesNotContainAnyElementsOf(rows("rand(7)", 3, 99, 1, 4096));
  }
}
