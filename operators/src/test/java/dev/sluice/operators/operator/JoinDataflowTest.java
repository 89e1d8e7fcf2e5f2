package dev.sluice.operators.operator;

import static dev.sluice.operators.data.AtomicType.BIGINT;
import static dev.sluice.operators.data.AtomicType.BOOLEAN;
import static dev.sluice.operators.data.AtomicType.DOUBLE;
import static dev.sluice.operators.data.AtomicType.INT;
import static dev.sluice.operators.data.AtomicType.STRING;
import static dev.sluice.operators.operator.TestPlans.row;
import static dev.sluice.operators.operator.TestPlans.schema;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Comparison;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.expression.Logic;
import dev.sluice.operators.io.LocalFileStore;
import dev.sluice.operators.operator.DataflowHarness.EpochInput;
import dev.sluice.operators.operator.DataflowHarness.Way;
import dev.sluice.operators.plan.JoinType;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.OutputMode;
import dev.sluice.operators.plan.Rel;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@NullMarked
class JoinDataflowTest {
  private static final Schema SCHEMA =
      schema(
          "side",
          INT,
          "s",
          STRING,
          "d",
          DOUBLE,
          "l",
          BIGINT,
          "big",
          new DecimalType(30, 2),
          "st",
          new StructType(List.of(new Field("a", INT), new Field("b", STRING))),
          "v",
          BIGINT);
  private static final int WIDTH = SCHEMA.size();
  private static final List<List<Integer>> KEYS =
      List.of(List.of(1), List.of(2), List.of(3), List.of(4), List.of(5), List.of(1, 3), List.of());

  @TempDir Path folder;
  private int runs;

  private static List<@Nullable Object> randomRow(Random random) {
    String[] texts = {"", "a", "a long text that fills more than eight bytes"};
    double[] doubles = {0.0, -0.0, 1.5, Double.NaN};
    return row(
        random.nextInt(2),
        random.nextInt(6) == 0 ? null : texts[random.nextInt(texts.length)],
        random.nextInt(6) == 0 ? null : doubles[random.nextInt(doubles.length)],
        random.nextInt(6) == 0 ? null : (Object) (random.nextInt(4) * 1_000_000_007L),
        random.nextInt(6) == 0 ? null : new BigDecimal(random.nextInt(3) + ".50"),
        random.nextInt(6) == 0
            ? null
            : row(
                random.nextInt(4) == 0 ? null : (Object) random.nextInt(2),
                random.nextBoolean() ? "x" : "y"),
        (long) random.nextInt(100));
  }

  private static EpochInput randomInput(Random random) {
    List<List<List<@Nullable Object>>> splits = new ArrayList<>();
    for (int split = random.nextInt(5); split >= 0; split--) {
      List<List<@Nullable Object>> rows = new ArrayList<>();
      for (int i = random.nextInt(12); i > 0; i--) {
        rows.add(randomRow(random));
      }
      splits.add(rows);
    }
    return new EpochInput(splits);
  }

  private static Expression column(int side, int index) {
    Field field = SCHEMA.field(index);
    return new ColumnReference(side * WIDTH + index, field.name(), field.type(), true);
  }

  private static Rel side(int side) {
    Expression number = new Literal(INT, side, String.valueOf(side));
    return new Rel.Filter(
        new Rel.Read("in", SCHEMA, false, Origin.NONE),
        new Comparison(Comparison.Operator.EQUAL, column(0, 0), number),
        Origin.NONE);
  }

  private static Expression condition(List<Integer> keys, boolean nullSafe, boolean more) {
    List<Expression> all = new ArrayList<>();
    for (int key : keys) {
      all.add(
          new Comparison(
              nullSafe ? Comparison.Operator.NULL_SAFE_EQUAL : Comparison.Operator.EQUAL,
              column(0, key),
              column(1, key)));
    }
    if (more) {
      all.add(new Comparison(Comparison.Operator.LESS, column(1, 6), column(0, 6)));
    }
    all.add(new Literal(BOOLEAN, true, "true"));
    return new Logic(true, all);
  }

  private static @Nullable Object plain(@Nullable Object value) {
    return value instanceof Double d && d == 0.0 ? (Object) 0.0 : value;
  }

  private static boolean matches(
      List<@Nullable Object> left,
      List<@Nullable Object> right,
      List<Integer> keys,
      boolean nullSafe,
      boolean more) {
    for (int key : keys) {
      Object a = plain(left.get(key));
      Object b = plain(right.get(key));
      if (!Objects.equals(a, b) || a == null && !nullSafe) {
        return false;
      }
    }
    return !more || (Long) right.get(6) < (Long) left.get(6);
  }

  /** Every row against every other. */
  private static List<List<@Nullable Object>> model(
      EpochInput input, JoinType type, List<Integer> keys, boolean nullSafe, boolean more) {
    List<List<@Nullable Object>> left = new ArrayList<>();
    List<List<@Nullable Object>> right = new ArrayList<>();
    input
        .splits()
        .forEach(s -> s.forEach(r -> (Integer.valueOf(0).equals(r.get(0)) ? left : right).add(r)));
    List<@Nullable Object> nothing = Collections.nCopies(WIDTH, null);
    List<List<@Nullable Object>> result = new ArrayList<>();
    boolean[] rightMatched = new boolean[right.size()];
    for (List<@Nullable Object> a : left) {
      boolean matched = false;
      for (int i = 0; i < right.size(); i++) {
        if (matches(a, right.get(i), keys, nullSafe, more)) {
          matched = true;
          rightMatched[i] = true;
          if (type.givesRight()) {
            result.add(both(a, right.get(i)));
          }
        }
      }
      if (!matched && type.keepsLeft()) {
        result.add(both(a, nothing));
      } else if (type == JoinType.EXISTENCE) {
        result.add(both(a, Arrays.asList((Object) matched)));
      } else if (type == (matched ? JoinType.LEFT_SEMI : JoinType.LEFT_ANTI)) {
        result.add(a);
      }
    }
    for (int i = 0; i < right.size(); i++) {
      if (!rightMatched[i] && type.keepsRight()) {
        result.add(both(nothing, right.get(i)));
      }
    }
    return result;
  }

  private static List<@Nullable Object> both(
      List<@Nullable Object> left, List<@Nullable Object> right) {
    List<@Nullable Object> pair = new ArrayList<>(left);
    pair.addAll(right);
    return pair;
  }

  @ParameterizedTest
  @EnumSource(names = "LEFT_SINGLE", mode = EnumSource.Mode.EXCLUDE)
  void agreesWithANaiveModelHoweverItIsRun(JoinType type) throws IOException {
    Random random = new Random(type.ordinal());
    for (List<Integer> keys : KEYS) {
      boolean nullSafe = random.nextBoolean();
      boolean more = random.nextBoolean();
      List<EpochInput> input = List.of(randomInput(random), randomInput(random));
      Rel plan = new Rel.Join(side(0), side(1), type, condition(keys, nullSafe, more), Origin.NONE);
      for (Way way : DataflowHarness.ways(input.size())) {
        DataflowHarness harness = new DataflowHarness(plan, OutputMode.APPEND, "in", SCHEMA);
        var actual = harness.run(input, way, folder.resolve("state" + runs++));
        for (int epoch = 0; epoch < input.size(); epoch++) {
          assertThat(DataflowHarness.sorted(actual.get(epoch)))
              .as("%s, keys %s, null-safe %s, more %s, epoch %s", way, keys, nullSafe, more, epoch)
              .isEqualTo(
                  DataflowHarness.sorted(model(input.get(epoch), type, keys, nullSafe, more)));
        }
      }
    }
  }

  @Test
  void pairsMoreRowsThanFitABatch() {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      rows.add(row(i % 2, "k", 0.0, 0L, null, null, (long) i));
    }
    EpochInput input = new EpochInput(List.of(rows));
    for (JoinType type : List.of(JoinType.CROSS, JoinType.FULL_OUTER)) {
      for (List<Integer> keys : List.of(List.<Integer>of(), List.of(1))) {
        Rel plan = new Rel.Join(side(0), side(1), type, condition(keys, false, true), Origin.NONE);
        DataflowHarness harness = new DataflowHarness(plan, OutputMode.APPEND, "in", SCHEMA);
        Way way = new Way(1, 4096, DataflowHarness.Shape.FLAT, -1);
        assertThat(
                DataflowHarness.sorted(
                    harness.run(harness.open(1, new LocalFileStore(), folder), 0, input, way)))
            .isEqualTo(DataflowHarness.sorted(model(input, type, keys, false, true)));
      }
    }
  }

  @Test
  void refusesASecondMatchWhereOneValueIsWanted() {
    Rel plan =
        new Rel.Join(
            side(0),
            side(1),
            JoinType.LEFT_SINGLE,
            condition(List.of(1), false, false),
            Origin.NONE);
    DataflowHarness harness = new DataflowHarness(plan, OutputMode.APPEND, "in", SCHEMA);
    Way way = new Way(1, 4096, DataflowHarness.Shape.FLAT, -1);
    List<@Nullable Object> left = row(0, "a", 0.0, 0L, null, null, 1L);
    List<@Nullable Object> right = row(1, "a", 0.0, 0L, null, null, 2L);
    List<@Nullable Object> other = row(1, "b", 0.0, 0L, null, null, 3L);
    EmbeddedDataflow dataflow = harness.open(1, new LocalFileStore(), folder);
    assertThat(harness.run(dataflow, 0, new EpochInput(List.of(List.of(left, right, other))), way))
        .containsExactly(both(left, right));
    assertThatThrownBy(
            () ->
                harness.run(dataflow, 1, new EpochInput(List.of(List.of(left, right, right))), way))
        .isInstanceOfSatisfying(
            PipelineException.class,
            e -> assertThat(e.code()).isEqualTo("SCALAR_SUBQUERY_TOO_MANY_ROWS"));
    dataflow.close();
  }
}
