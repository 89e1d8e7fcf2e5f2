package dev.sluice.operators.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.testing.SqlTesting;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowByRowTest {
  private static final Origin ORIGIN = Origin.NONE;
  private static final Schema SCHEMA = new Schema(List.of(new Field("a", AtomicType.INT, true)));
  private static final Rel STREAM = new Rel.Read("stream", SCHEMA, true, ORIGIN);
  private static final Rel TABLE = new Rel.Read("table", SCHEMA, false, ORIGIN);

  private static Rel where(String condition) {
    return new Rel.Filter(STREAM, SqlTesting.bind(condition, SCHEMA), ORIGIN);
  }

  private static Rel select(Rel input, String expression) {
    return new Rel.Project(
        input, List.of(new NamedExpression("x", SqlTesting.bind(expression, SCHEMA))), ORIGIN);
  }

  private static Rel join(Rel left, Rel right, JoinType type) {
    return new Rel.Join(left, right, type, SqlTesting.bind("true"), ORIGIN);
  }

  @Test
  void whatIsComputedOfARowAloneIs() {
    assertThat(RowByRow.holds(STREAM)).isTrue();
    assertThat(RowByRow.holds(where("a > 1"))).isTrue();
    assertThat(RowByRow.holds(select(where("a > 1"), "a + 1"))).isTrue();
    assertThat(RowByRow.holds(new Rel.Watermark(STREAM, 0, 5, ORIGIN))).isTrue();
    assertThat(RowByRow.holds(new Rel.Union(List.of(STREAM, where("a > 1")), SCHEMA, ORIGIN)))
        .isTrue();
  }

  @Test
  void whatIsDrawnByBatchIsNot() {
    assertThat(RowByRow.holds(where("rand() > 0.5"))).isFalse();
    assertThat(RowByRow.holds(select(STREAM, "uuid()"))).isFalse();
    assertThat(RowByRow.holds(select(select(STREAM, "monotonically_increasing_id()"), "1")))
        .isFalse();
  }

  @Test
  void whatSeesOtherRowsOfItsBatchIsNot() {
    assertThat(
            RowByRow.holds(
                new Rel.Aggregate(STREAM, List.of(), List.of(), Rel.Aggregate.Scope.BATCH, ORIGIN)))
        .isFalse();
    assertThat(RowByRow.holds(new Rel.Limit(STREAM, 5, 0, 0, ORIGIN))).isFalse();
    assertThat(RowByRow.holds(new Rel.Deduplicate(STREAM, List.of(0), false, ORIGIN))).isFalse();
  }

  @Test
  void rowsThatAreLookedUpInATableAreUnlessTheTableHasRowsOfItsOwn() {
    assertThat(RowByRow.holds(join(STREAM, TABLE, JoinType.LEFT_OUTER))).isTrue();
    assertThat(RowByRow.holds(join(TABLE, STREAM, JoinType.RIGHT_OUTER))).isTrue();
    assertThat(RowByRow.holds(join(TABLE, STREAM, JoinType.INNER))).isTrue();
    assertThat(RowByRow.holds(join(STREAM, TABLE, JoinType.FULL_OUTER))).isFalse();
    assertThat(RowByRow.holds(join(TABLE, STREAM, JoinType.LEFT_ANTI))).isFalse();
    assertThat(RowByRow.holds(join(STREAM, STREAM, JoinType.INNER))).isFalse();
  }

  @Test
  void tablesAreReadWholeWhateverTheyAreMadeOf() {
    Rel aggregated =
        new Rel.Aggregate(TABLE, List.of(), List.of(), Rel.Aggregate.Scope.BATCH, ORIGIN);
    assertThat(RowByRow.holds(join(STREAM, aggregated, JoinType.INNER))).isTrue();
  }
}
