package dev.sluice.operators.operator;

import static dev.sluice.operators.data.AtomicType.BIGINT;
import static dev.sluice.operators.data.AtomicType.DOUBLE;
import static dev.sluice.operators.data.AtomicType.INT;
import static dev.sluice.operators.data.AtomicType.STRING;
import static dev.sluice.operators.data.AtomicType.TIMESTAMP;
import static dev.sluice.operators.operator.TestPlans.read;
import static dev.sluice.operators.operator.TestPlans.row;
import static dev.sluice.operators.operator.TestPlans.schema;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.data.DayTimeIntervalType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Comparison;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.expression.Logic;
import dev.sluice.operators.expression.TimeArithmetic;
import dev.sluice.operators.io.LocalFileStore;
import dev.sluice.operators.operator.DataflowHarness.EpochInput;
import dev.sluice.operators.operator.DataflowHarness.Way;
import dev.sluice.operators.plan.JoinType;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.OutputMode;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.time.ZoneShift;
import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Joins of two streams, against lists that are searched from end to end. */
@NullMarked
class StreamJoinDataflowTest {
  private static final Schema SCHEMA =
      schema("side", INT, "k", STRING, "d", DOUBLE, "t", TIMESTAMP, "v", BIGINT);
  private static final int WIDTH = SCHEMA.size();
  private static final int TEXT = 1;
  private static final int NUMBER = 2;
  private static final int TIME = 3;
  private static final int VALUE = 4;
  private static final long SECOND = 1_000_000L;
  private static final long DELAY = 5_000L;

  @TempDir Path folder;
  private int runs;

  /** What the condition is made of, besides the equality of texts. */
  private enum Bound {
    /** Event time is a key. */
    KEY,
    /** {@code l.t >= r.t - 10 s AND l.t < r.t + 5 s}. */
    RANGE,
    /** {@code l.t >= r.t - 10 s}: only left rows are over some time. */
    LEFT_ONLY,
    NONE
  }

  private record Query(JoinType type, Bound bound, boolean numbers, boolean residual, boolean one) {
    boolean mayMatch(boolean left, List<@Nullable Object> row) {
      return !one || left || (Long) Objects.requireNonNull(row.get(VALUE)) > 3;
    }

    boolean comesOut(boolean left) {
      return left ? type.keepsLeft() : type.keepsRight();
    }

    /** Whether the row moves the watermark: not if it is known before that it cannot match. */
    boolean counts(boolean left, List<@Nullable Object> row) {
      return comesOut(left) || mayMatch(left, row) && !hasNullKey(row);
    }

    boolean hasNullKey(List<@Nullable Object> row) {
      return row.get(TEXT) == null
          || numbers && row.get(NUMBER) == null
          || bound == Bound.KEY && row.get(TIME) == null;
    }

    boolean matches(List<@Nullable Object> l, List<@Nullable Object> r) {
      Long a = (Long) l.get(TIME);
      Long b = (Long) r.get(TIME);
      boolean inTime =
          switch (bound) {
            case KEY -> Objects.equals(a, b);
            case RANGE -> a != null && b != null && a >= b - 10 * SECOND && a < b + 5 * SECOND;
            case LEFT_ONLY -> a != null && b != null && a >= b - 10 * SECOND;
            case NONE -> true;
          };
      return inTime
          && Objects.equals(l.get(TEXT), r.get(TEXT))
          && (!numbers || Objects.equals(plain(l.get(NUMBER)), plain(r.get(NUMBER))))
          && (!residual || (Long) l.get(VALUE) > (Long) r.get(VALUE));
    }

    /**
     * In microseconds; rows up to it are over. A comparison of a right value with 3 that the join
     * itself asks is taken for one of event time with three seconds, as Spark takes it.
     */
    long over(boolean left, long watermarkMillis) {
      long micros = watermarkMillis * 1000;
      long three = one && !left && type.keepsRight() ? 3 * SECOND : Long.MAX_VALUE;
      long never = three == Long.MAX_VALUE ? Long.MIN_VALUE : three;
      return switch (bound) {
        case KEY -> micros;
        case RANGE -> left ? micros - 10 * SECOND - 1000 : Math.min(three, micros - 5 * SECOND);
        case LEFT_ONLY -> left ? micros - 10 * SECOND - 1000 : never;
        case NONE -> left ? Long.MIN_VALUE : never;
      };
    }
  }

  private static @Nullable Object plain(@Nullable Object value) {
    return value instanceof Double d && d == 0.0 ? (Object) 0.0 : value;
  }

  private static Expression column(int side, int index) {
    Field field = SCHEMA.field(index);
    return new ColumnReference(side * WIDTH + index, field.name(), field.type(), true);
  }

  private static Rel side(int side) {
    Expression number = new Literal(INT, side, String.valueOf(side));
    Rel rows =
        new Rel.Filter(
            read("in", SCHEMA),
            new Comparison(Comparison.Operator.EQUAL, column(0, 0), number),
            Origin.NONE);
    return new Rel.Watermark(rows, TIME, DELAY, Origin.NONE);
  }

  private static Expression shifted(Expression time, long seconds) {
    Literal interval =
        new Literal(DayTimeIntervalType.DEFAULT, seconds * SECOND, "INTERVAL " + seconds);
    return new TimeArithmetic(
        TimeArithmetic.Kind.MICROS,
        time,
        interval,
        false,
        TIMESTAMP,
        ZoneShift.of(ZoneOffset.UTC),
        "shifted");
  }

  private static Rel.Join plan(Query query) {
    List<Expression> all = new ArrayList<>();
    all.add(new Comparison(Comparison.Operator.EQUAL, column(0, TEXT), column(1, TEXT)));
    if (query.numbers()) {
      all.add(new Comparison(Comparison.Operator.EQUAL, column(1, NUMBER), column(0, NUMBER)));
    }
    Expression l = column(0, TIME);
    Expression r = column(1, TIME);
    switch (query.bound()) {
      case KEY -> all.add(new Comparison(Comparison.Operator.EQUAL, l, r));
      case RANGE -> {
        all.add(new Comparison(Comparison.Operator.GREATER_OR_EQUAL, l, shifted(r, -10)));
        all.add(new Comparison(Comparison.Operator.LESS, l, shifted(r, 5)));
      }
      case LEFT_ONLY ->
          all.add(new Comparison(Comparison.Operator.LESS_OR_EQUAL, shifted(r, -10), l));
      case NONE -> {}
    }
    if (query.residual()) {
      all.add(new Comparison(Comparison.Operator.GREATER, column(0, VALUE), column(1, VALUE)));
    }
    if (query.one()) {
      all.add(
          new Comparison(
              Comparison.Operator.GREATER, column(1, VALUE), new Literal(BIGINT, 3L, "3")));
    }
    return new Rel.Join(side(0), side(1), query.type(), new Logic(true, all), Origin.NONE);
  }

  private static List<@Nullable Object> randomRow(Random random, int epoch) {
    String[] texts = {"a", "b", "a long text that fills more than eight bytes"};
    double[] doubles = {0.0, -0.0, Double.NaN};
    return row(
        random.nextInt(2),
        random.nextInt(8) == 0 ? null : texts[random.nextInt(texts.length)],
        random.nextInt(8) == 0 ? null : doubles[random.nextInt(doubles.length)],
        random.nextInt(10) == 0 ? null : (Object) ((epoch * 6L + random.nextInt(20)) * SECOND),
        (long) random.nextInt(10));
  }

  private static List<EpochInput> randomInput(Random random, int epochs) {
    List<EpochInput> input = new ArrayList<>();
    for (int epoch = 0; epoch < epochs; epoch++) {
      List<List<List<@Nullable Object>>> splits = new ArrayList<>();
      for (int split = random.nextInt(4); split >= 0; split--) {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (int i = random.nextInt(12); i > 0; i--) {
          rows.add(randomRow(random, epoch));
        }
        splits.add(rows);
      }
      input.add(new EpochInput(splits));
    }
    // Rows of the last epochs come out alone when nothing more comes.
    input.add(new EpochInput(List.of()));
    return input;
  }

  private static final class Kept {
    final List<@Nullable Object> row;
    boolean matched;

    Kept(List<@Nullable Object> row) {
      this.row = row;
    }
  }

  /** Every row against every other. */
  private static final class Model {
    private final Query query;
    private final List<Kept> left = new ArrayList<>();
    private final List<Kept> right = new ArrayList<>();
    private final List<List<@Nullable Object>> out = new ArrayList<>();
    private long watermark;
    private long late;

    Model(Query query) {
      this.query = query;
    }

    List<List<@Nullable Object>> run(EpochInput input) {
      out.clear();
      long next = watermark;
      for (boolean isLeft : new boolean[] {true, false}) {
        for (List<List<@Nullable Object>> split : input.splits()) {
          for (List<@Nullable Object> row : split) {
            if (Integer.valueOf(isLeft ? 0 : 1).equals(row.get(0))) {
              Long time = (Long) row.get(TIME);
              boolean moves = time != null && query.counts(isLeft, row);
              next = moves ? Math.max(next, time / 1000 - DELAY) : next;
              if (time == null || time > late * 1000) {
                take(isLeft, row);
              }
            }
          }
        }
      }
      forget(true);
      forget(false);
      late = watermark;
      watermark = next;
      return DataflowHarness.sorted(out);
    }

    private void take(boolean isLeft, List<@Nullable Object> row) {
      boolean comesOut = query.comesOut(isLeft);
      if (!query.mayMatch(isLeft, row)) {
        if (comesOut) {
          alone(isLeft, row);
        }
        return;
      }
      if (!comesOut && query.hasNullKey(row)) {
        return;
      }
      boolean semi = query.type() == JoinType.LEFT_SEMI;
      Kept kept = new Kept(row);
      for (Kept other : isLeft ? right : left) {
        List<@Nullable Object> l = isLeft ? row : other.row;
        List<@Nullable Object> r = isLeft ? other.row : row;
        if (query.matches(l, r) && !(semi && (isLeft ? kept.matched : other.matched))) {
          out.add(semi ? l : both(l, r));
          kept.matched = true;
          other.matched = true;
        }
      }
      if (!(semi && isLeft && kept.matched)) {
        (isLeft ? left : right).add(kept);
      }
    }

    private void forget(boolean isLeft) {
      long limit = query.over(isLeft, watermark);
      Iterator<Kept> all = (isLeft ? left : right).iterator();
      while (all.hasNext()) {
        Kept kept = all.next();
        Long time = (Long) kept.row.get(TIME);
        if (time != null && time <= limit) {
          all.remove();
          if (!kept.matched && query.comesOut(isLeft)) {
            alone(isLeft, kept.row);
          }
        }
      }
    }

    private void alone(boolean isLeft, List<@Nullable Object> row) {
      List<@Nullable Object> nothing = Collections.nCopies(WIDTH, null);
      out.add(isLeft ? both(row, nothing) : both(nothing, row));
    }

    private static List<@Nullable Object> both(
        List<@Nullable Object> left, List<@Nullable Object> right) {
      List<@Nullable Object> pair = new ArrayList<>(left);
      pair.addAll(right);
      return pair;
    }
  }

  private static List<Query> queries(JoinType type, Random random) {
    List<Query> queries = new ArrayList<>();
    for (Bound bound : Bound.values()) {
      boolean residual = random.nextBoolean();
      boolean one = random.nextBoolean();
      queries.add(new Query(type, bound, random.nextBoolean(), residual, one));
      queries.add(new Query(type, bound, random.nextBoolean(), !residual, !one));
    }
    return queries;
  }

  @ParameterizedTest
  @EnumSource(names = {"INNER", "LEFT_OUTER", "RIGHT_OUTER", "FULL_OUTER", "LEFT_SEMI"})
  void agreesWithANaiveModelHoweverItIsRun(JoinType type) throws IOException {
    Random random = new Random(type.ordinal());
    for (Query query : queries(type, random)) {
      List<EpochInput> input = randomInput(random, 4);
      Model model = new Model(query);
      List<List<List<@Nullable Object>>> expected = new ArrayList<>();
      input.forEach(epoch -> expected.add(model.run(epoch)));
      List<Long> kept = List.of();
      for (Way way : DataflowHarness.ways(input.size())) {
        DataflowHarness harness = new DataflowHarness(plan(query), OutputMode.APPEND, "in", SCHEMA);
        var actual = harness.run(input, way, folder.resolve("state" + runs++));
        for (int epoch = 0; epoch < input.size(); epoch++) {
          assertThat(DataflowHarness.sorted(actual.get(epoch)))
              .as("%s, %s, epoch %s", query, way, epoch)
              .isEqualTo(expected.get(epoch));
        }
        kept = kept.isEmpty() ? harness.kept() : kept;
        assertThat(harness.kept()).as("%s, %s", query, way).isEqualTo(kept);
      }
    }
  }

  @Test
  void keepsManyRowsOfManyEpochsInFewChunks() throws IOException {
    Query query = new Query(JoinType.FULL_OUTER, Bound.RANGE, false, false, false);
    Random random = new Random(7);
    List<EpochInput> input = new ArrayList<>();
    for (int epoch = 0; epoch < 60; epoch++) {
      List<List<@Nullable Object>> rows = new ArrayList<>();
      for (int i = random.nextInt(60); i > 0; i--) {
        rows.add(randomRow(random, epoch / 4));
      }
      input.add(new EpochInput(List.of(rows)));
    }
    Model model = new Model(query);
    List<List<List<@Nullable Object>>> expected = new ArrayList<>();
    input.forEach(epoch -> expected.add(model.run(epoch)));
    for (Way way :
        List.of(
            new Way(1, 4096, DataflowHarness.Shape.FLAT, -1),
            new Way(2, 4096, DataflowHarness.Shape.FLAT, Way.EVERY))) {
      DataflowHarness harness = new DataflowHarness(plan(query), OutputMode.APPEND, "in", SCHEMA);
      var actual = harness.run(input, way, folder.resolve("state" + runs++));
      for (int epoch = 0; epoch < input.size(); epoch++) {
        assertThat(DataflowHarness.sorted(actual.get(epoch)))
            .as("epoch %s", epoch)
            .isEqualTo(expected.get(epoch));
      }
    }
  }

  @Test
  void countsWhatItKeepsAndDrops() throws IOException {
    Query query = new Query(JoinType.LEFT_OUTER, Bound.KEY, false, false, false);
    DataflowHarness harness = new DataflowHarness(plan(query), OutputMode.APPEND, "in", SCHEMA);
    Way way = new Way(1, 4096, DataflowHarness.Shape.FLAT, -1);
    EmbeddedDataflow dataflow = harness.open(1, new LocalFileStore(), folder);
    dataflow.restore(0, 0);
    List<@Nullable Object> left = row(0, "a", 0.0, 100 * SECOND, 1L);
    List<@Nullable Object> right = row(1, "a", 0.0, 100 * SECOND, 1L);
    List<@Nullable Object> later = row(0, "a", 0.0, 200 * SECOND, 1L);
    harness.run(dataflow, 0, new EpochInput(List.of(List.of(left, right, later))), way);
    assertThat(dataflow.stateMetrics())
        .singleElement()
        .satisfies(
            metrics -> {
              assertThat(metrics.operatorName()).isEqualTo("symmetricHashJoin");
              assertThat(metrics.numRowsTotal()).isEqualTo(3);
              assertThat(metrics.numRowsUpdated()).isEqualTo(3);
            });
    assertThat(dataflow.wantsEpoch(195_000, 0)).isTrue();
    harness.run(dataflow, 1, new EpochInput(List.of()), way);
    assertThat(dataflow.stateMetrics().get(0).numRowsRemoved()).isEqualTo(2);
    harness.run(dataflow, 2, new EpochInput(List.of(List.of(left, right))), way);
    assertThat(dataflow.stateMetrics().get(0).numRowsTotal()).isEqualTo(1);
    assertThat(dataflow.stateMetrics().get(0).numRowsDroppedByWatermark()).isEqualTo(2);
    assertThat(dataflow.wantsEpoch(195_000, 0)).isFalse();
    dataflow.close();
  }
}
