package dev.sluice.operators.operator;

import static dev.sluice.operators.data.AtomicType.BIGINT;
import static dev.sluice.operators.data.AtomicType.DOUBLE;
import static dev.sluice.operators.data.AtomicType.STRING;
import static dev.sluice.operators.operator.TestPlans.aggregate;
import static dev.sluice.operators.operator.TestPlans.batch;
import static dev.sluice.operators.operator.TestPlans.column;
import static dev.sluice.operators.operator.TestPlans.list;
import static dev.sluice.operators.operator.TestPlans.project;
import static dev.sluice.operators.operator.TestPlans.row;
import static dev.sluice.operators.operator.TestPlans.rows;
import static dev.sluice.operators.operator.TestPlans.schema;
import static dev.sluice.operators.operator.TestPlans.sum;
import static dev.sluice.operators.operator.TestPlans.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.plan.NamedAggregation;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.plan.SortOrder;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class QueryExecutorTest {
  private static final Schema SCHEMA = schema("k", STRING, "v", BIGINT);
  private final Rel input =
      values(
          batch(SCHEMA, row("b", 3L), row(null, 5L), row("a", -1L)),
          batch(SCHEMA, row("b", 7L), row("a", null), row(null, 2L)));

  @Test
  void filtersProjectsSortsAndLimits() {
    Rel filter = new Rel.Filter(input, new TestPlans.Positive(column(input, "v")), Origin.NONE);
    Rel project = project(filter, column(filter, "v"), column(filter, "k"));
    Rel sort =
        new Rel.Sort(
            project, List.of(new SortOrder(column(project, "v"), false, false)), Origin.NONE);
    assertThat(rows(QueryExecutor.execute(new Rel.Limit(sort, 3, Origin.NONE))))
        .containsExactly(row(7L, "b"), row(5L, null), row(3L, "b"));
  }

  @Test
  void sortsByEachKeyWithNullsWhereTheyBelong() {
    Rel sort =
        new Rel.Sort(
            input,
            List.of(
                new SortOrder(column(input, "k"), true, true),
                new SortOrder(column(input, "v"), false, false)),
            Origin.NONE);
    assertThat(rows(QueryExecutor.execute(sort)))
        .containsExactly(
            row(null, 5L),
            row(null, 2L),
            row("a", -1L),
            row("a", null),
            row("b", 7L),
            row("b", 3L));
  }

  @Test
  void groupsNullKeysTogetherAndKeepsTheOrderOfRowsInAGroup() {
    Rel groups =
        aggregate(
            input,
            Rel.Aggregate.Scope.BATCH,
            List.of("k"),
            sum(column(input, "v")),
            list(column(input, "v")));
    assertThat(rows(QueryExecutor.execute(groups)))
        .containsExactly(row("b", 10L, "3 7 "), row(null, 7L, "5 2 "), row("a", -1L, "-1 "));
  }

  @Test
  void givesOneRowForAGlobalAggregationOfNothing() {
    Rel nothing = values(batch(SCHEMA));
    Rel total = aggregate(nothing, Rel.Aggregate.Scope.BATCH, List.of(), sum(column(nothing, "v")));
    assertThat(rows(QueryExecutor.execute(total))).containsExactly(row((Object) null));
    Rel byKey =
        aggregate(nothing, Rel.Aggregate.Scope.BATCH, List.of("k"), sum(column(nothing, "v")));
    assertThat(rows(QueryExecutor.execute(byKey))).isEmpty();
  }

  @Test
  void countsADistinctValueOnceAndOnlyRowsThatMeetTheFilter() {
    Schema schema = schema("k", STRING, "v", BIGINT);
    Rel rel =
        values(
            batch(schema, row("a", 1L), row("a", 1L), row("b", 1L), row("a", -4L)),
            batch(schema, row("a", 2L), row("a", 1L), row("b", -1L)));
    List<NamedAggregation> aggregations =
        List.of(
            new NamedAggregation("d", sum(column(rel, "v")), true, Optional.empty()),
            new NamedAggregation(
                "f",
                sum(column(rel, "v")),
                false,
                Optional.of(new TestPlans.Positive(column(rel, "v")))));
    Rel groups = aggregate(rel, Rel.Aggregate.Scope.BATCH, List.of("k"), aggregations);
    assertThat(rows(QueryExecutor.execute(groups)))
        .containsExactly(row("a", -1L, 5L), row("b", 0L, 1L));
  }

  @Test
  void groupsFloatingPointKeysAsSparkDoes() {
    Schema schema = schema("k", DOUBLE, "v", BIGINT);
    Rel rel =
        values(
            batch(
                schema,
                row(0.0, 1L),
                row(Double.NaN, 10L),
                row(-0.0, 2L),
                row(Double.longBitsToDouble(0x7ff8000000000001L), 20L)));
    Rel groups = aggregate(rel, Rel.Aggregate.Scope.BATCH, List.of("k"), sum(column(rel, "v")));
    assertThat(rows(QueryExecutor.execute(groups)))
        .containsExactly(row(0.0, 3L), row(Double.NaN, 30L));
  }

  @Test
  void namesTheStepInWhichAValueBrokeAnExpression() {
    Schema schema = schema("v", BIGINT);
    Rel rel = values(batch(schema, row(1L), row(13L)));
    Rel filter =
        new Rel.Filter(
            rel,
            new TestPlans.Positive(column(rel, "v")),
            new Origin("steps[0] (where)", new SourcePosition("p.yaml", 7, 5)));
    assertThatThrownBy(() -> QueryExecutor.execute(filter))
        .isInstanceOf(PipelineException.class)
        .hasMessage(
            "p.yaml:7:5: steps[0] (where): [UNLUCKY] the number is 13; in (v > 0), where v = 13;"
                + " row {v: 13}")
        .extracting("code")
        .isEqualTo("UNLUCKY");
  }
}
