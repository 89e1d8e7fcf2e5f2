package dev.sluice.operators.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.PlanPrinter;
import dev.sluice.operators.plan.Rel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class SqlStepTest {
  private static final Schema SCHEMA =
      Schema.of(
          new Field("id", AtomicType.INT, false),
          new Field("amount", AtomicType.DOUBLE),
          new Field("country", AtomicType.STRING),
          new Field("tags", new ArrayType(AtomicType.STRING)));
  private final StepHarness harness = new StepHarness(SCHEMA);

  private Rel plan(String sql) {
    Rel rel = harness.plan(new SqlStep(), sql);
    assertThat(harness.problems()).isEmpty();
    return rel;
  }

  private List<String> problems(String sql) {
    harness.plan(new SqlStep(), sql);
    return harness.problems();
  }

  @Test
  void filtersAndProjectsTheRowsSoFar() {
    assertThat(PlanPrinter.print(plan("SELECT id * 2 AS twice FROM input WHERE amount > 1")))
        .startsWith("Project [(id * 2) AS twice]\n  Filter (amount > 1)\n    Read in ");
  }

  @Test
  void groupsAsTheStepGroupByDoes() {
    Map<String, Object> groups = new LinkedHashMap<>();
    groups.put("keys", List.of("country"));
    groups.put("agg", Map.of("total", "sum(amount)"));
    Rel step = harness.plan(new GroupByStep(), groups);
    Rel sql = plan("SELECT country, sum(amount) AS total FROM input GROUP BY ALL");
    assertThat(PlanPrinter.print(sql)).isEqualTo(PlanPrinter.print(step));
    assertThat(sql.inputs().get(0))
        .isInstanceOfSatisfying(
            Rel.Aggregate.class, a -> assertThat(a.scope()).isEqualTo(Rel.Aggregate.Scope.STREAM));
  }

  @Test
  void keepsNoStateOfATable() {
    harness.with("rates", new Rel.Read("rates", SCHEMA, false, Origin.NONE));
    Rel sql = plan("SELECT country, sum(amount) AS total FROM rates GROUP BY country");
    assertThat(sql.inputs().get(0))
        .isInstanceOfSatisfying(
            Rel.Aggregate.class, a -> assertThat(a.scope()).isEqualTo(Rel.Aggregate.Scope.BATCH));
  }

  @Test
  void seesOtherSourcesAndViewsByTheirNames() {
    harness.with("more", SCHEMA);
    assertThat(PlanPrinter.print(plan("SELECT id FROM input UNION ALL SELECT id FROM MORE")))
        .contains("Union", "Read in", "Read more");
  }

  @Test
  void knowsNamedQueriesGeneratorsAndQueriesInExpressions() {
    assertThat(
            plan("""
                    WITH t AS (SELECT country, tag FROM input LATERAL VIEW explode(tags) e AS tag)
                    SELECT DISTINCT country, tag FROM t WHERE tag <> (SELECT max(x) FROM VALUES ('a') AS v(x))
                    """)
                .schema()
                .names())
        .containsExactly("country", "tag");
  }

  @Test
  void placesMistakesInTheText() {
    assertThat(problems("SELECT id,\n  amuont FROM input"))
        .containsExactly(
            "p.yaml:1:14: error[unknown-column]: unknown column 'amuont'; did you mean 'amount'?");
    assertThat(problems("SELECT 1 FROM inptu"))
        .contains(
            "p.yaml:1:15: error[unknown-table]: unknown table 'inptu'; did you mean 'input'?");
    assertThat(problems("SELECT FROM WHERE")).anyMatch(p -> p.contains("error[syntax]"));
  }

  @Test
  void placesNodesWhereTheirClausesStand() {
    Rel rel = plan("SELECT id FROM input LIMIT 3");
    assertThat(rel.origin().at()).isEqualTo(new SourcePosition("p.yaml", 1, 28));
    Rel sort = plan("SELECT country, count(*) AS n FROM input GROUP BY country ORDER BY n");
    assertThat(sort).isInstanceOf(Rel.Sort.class);
    assertThat(sort.origin().at()).isEqualTo(new SourcePosition("p.yaml", 1, 68));
  }

  @Test
  void refusesAQueryOverASourceInsideAnExpression() {
    assertThat(problems("SELECT * FROM input WHERE amount > (SELECT avg(amount) FROM input)"))
        .singleElement()
        .asString()
        .contains("p.yaml:1:", "error[unsupported-subquery]", "join it instead");
  }

  @Test
  void leavesTheResultOpenWhileATableIsUnknown() {
    StepHarness open = new StepHarness(SCHEMA).withUnknown("later");
    open.plan(new SqlStep(), "SELECT * FROM later");
    assertThat(open.isLeftOpen()).isTrue();
    assertThat(open.problems()).isEmpty();
  }
}
