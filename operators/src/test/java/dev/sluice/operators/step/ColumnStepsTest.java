package dev.sluice.operators.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.component.Registry;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.plan.Rel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class ColumnStepsTest {
  private static final Schema SCHEMA =
      Schema.of(
          new Field("id", AtomicType.INT, false),
          new Field("amount", AtomicType.DOUBLE),
          new Field("Country", AtomicType.STRING));
  private final StepHarness harness = new StepHarness(SCHEMA);

  private static Map<Object, Object> map(Object... keysAndValues) {
    Map<Object, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }

  @Test
  void dropsColumnsWhateverTheirCase() {
    assertThat(harness.plan(new DropStep(), List.of("COUNTRY")).schema().ddl())
        .isEqualTo("id INT NOT NULL, amount DOUBLE");
    assertThat(harness.problems()).isEmpty();
  }

  @Test
  void reportsAnUnknownColumnToDropWithTheNearestName() {
    harness.plan(new DropStep(), List.of("id", "amuont"));
    assertThat(harness.problems())
        .containsExactly(
            "p.yaml:2:1: error[unknown-column]: unknown column 'amuont'; did you mean 'amount'?");
  }

  @Test
  void renamesAllAtOnce() {
    assertThat(harness.plan(new RenameStep(), map("id", "amount", "amount", "id")).schema().names())
        .containsExactly("amount", "id", "Country");
    assertThat(harness.problems()).isEmpty();
  }

  @Test
  void reportsANameThatWouldStandTwice() {
    harness.plan(new RenameStep(), map("id", "AMOUNT", "contry", "x"));
    assertThat(harness.problems())
        .containsExactly(
            "p.yaml:2:1: error[duplicate-column]: there would be 2 columns 'AMOUNT'; drop the"
                + " other one first, or take another name",
            "p.yaml:3:1: error[unknown-column]: unknown column 'contry'; did you mean 'Country'?");
  }

  @Test
  void addsAndReplacesColumnsOverTheRowsThatComeIn() {
    assertThat(
            harness.printed(
                new WithColumnsStep(), map("Amount", "amount * 2", "net", "amount - 1", "n", 1)))
        .isEqualTo(
            """
            Project [id AS id, (amount * 2) AS Amount, Country AS Country, (amount - 1) AS net, 1 AS n]
              Read in [id INT NOT NULL, amount DOUBLE, Country STRING]""");
    assertThat(harness.problems()).isEmpty();
  }

  @Test
  void goesOnAfterAMistakeInOneColumn() {
    Schema schema =
        harness.plan(new WithColumnsStep(), map("a", "amuont + 1", "b", "id", "A", "id")).schema();
    assertThat(schema.names()).containsExactly("id", "amount", "Country", "a", "b");
    assertThat(harness.problems())
        .containsExactly(
            "p.yaml:2:1: error[unknown-column]: unknown column 'amuont'; did you mean 'amount'?",
            "p.yaml:5:1: error[duplicate-column]: the column 'A' is given twice; names are the"
                + " same whatever their case; leave one out");
  }

  @Test
  void keepsRowsByACondition() {
    assertThat(harness.printed(new WhereStep(), "amount > 10 AND Country <> 'US'"))
        .startsWith("Filter ((amount > 10) AND (NOT (Country = US)))");
    assertThat(harness.printed(new WhereStep(), true)).startsWith("Filter true");
    assertThat(harness.problems()).isEmpty();
  }

  @Test
  void refusesAConditionThatIsNone() {
    harness.plan(new WhereStep(), "amount + 1");
    assertThat(harness.problems()).singleElement().asString().startsWith("p.yaml:1:");
  }

  @Test
  void unitesByName() {
    Schema other =
        Schema.of(
            new Field("COUNTRY", AtomicType.STRING),
            new Field("id", AtomicType.BIGINT),
            new Field("amount", AtomicType.DOUBLE));
    assertThat(harness.with("more", other).plan(new UnionStep(), List.of("more")).schema().ddl())
        .isEqualTo("id BIGINT, amount DOUBLE, Country STRING");
    assertThat(harness.problems()).isEmpty();
  }

  @Test
  void reportsColumnsThatAUnionLacksOrHasTooMany() {
    Schema other =
        Schema.of(
            new Field("id", AtomicType.INT),
            new Field("amnt", AtomicType.DOUBLE),
            new Field("country", AtomicType.STRING));
    harness.with("more", other).plan(new UnionStep(), List.of("more"));
    assertThat(harness.problems())
        .containsExactly(
            "p.yaml:1:1: error[union-columns]: 'more' has no column 'amount'; rename its 'amnt',"
                + " or add the column by withColumns",
            "p.yaml:1:1: error[union-columns]: 'more' has a column 'amnt' more than the rows so"
                + " far; drop it there, or add it here by withColumns");
  }

  @Test
  void reportsTypesThatHaveNothingInCommon() {
    Schema other =
        Schema.of(
            new Field("id", AtomicType.INT),
            new Field("amount", AtomicType.DOUBLE),
            new Field("country", new ArrayType(AtomicType.INT)));
    harness.with("more", other).plan(new UnionStep(), List.of("more"));
    assertThat(harness.problems())
        .containsExactly(
            "p.yaml:1:1: error[union-columns]: the column 'Country' is ARRAY<INT> in 'more', but"
                + " STRING before it; cast one of them by withColumns");
  }

  @Test
  void limitsRows() {
    assertThat(harness.printed(new LimitStep(), 5)).startsWith("Limit 5");
  }

  @Test
  void sortsByExpressions() {
    assertThat(
            harness.printed(
                new SortStep(), List.of("amount DESC", "id", "upper(country) NULLS LAST")))
        .startsWith(
            "Sort [amount DESC NULLS LAST, id ASC NULLS FIRST, upper(country) ASC NULLS LAST]");
    assertThat(harness.problems()).isEmpty();
  }

  @Test
  void reportsAnUnknownColumnOfASort() {
    harness.plan(new OrderByStep(), List.of("amount DESC", "idd"));
    assertThat(harness.problems())
        .containsExactly(
            "p.yaml:2:1: error[unknown-column]: unknown column 'idd'; did you mean 'id'?");
  }

  @Test
  void declaresEachStepForTheServiceLoader() {
    assertThat(Registry.load(StepType.class).names())
        .contains("drop", "limit", "orderBy", "rename", "sort", "union", "where", "withColumns");
  }

  @Test
  void carriesHiddenColumnsOnUnseen() {
    Schema hiding = SCHEMA.withHidden(Schema.of(new Field("_source", AtomicType.STRING)));
    StepHarness over = new StepHarness(hiding).with("other", SCHEMA).with("same", hiding);
    for (Rel made :
        List.of(
            over.plan(new SelectStep(), List.of("*")),
            over.plan(new WithColumnsStep(), map("id", "id + length(_source)")),
            over.plan(new RenameStep(), map("id", "id")),
            over.plan(new UnionStep(), List.of("other", "same")))) {
      assertThat(made.schema().visible().names()).containsExactly("id", "amount", "Country");
    }
    assertThat(over.plan(new DropStep(), List.of("id")).schema().uncovered().names())
        .containsExactly("amount", "Country", "_source");
    assertThat(over.plan(new UnionStep(), List.of("same")).schema().hasHidden()).isFalse();
    assertThat(over.plan(new WhereStep(), "_source = 'a'").schema()).isEqualTo(hiding);
    assertThat(over.problems()).isEmpty();
  }

  @Test
  void prefersAColumnToAHiddenOneOfItsName() {
    Schema both = SCHEMA.withHidden(Schema.of(new Field("ID", AtomicType.STRING)));
    assertThat(both).isEqualTo(SCHEMA);
  }
}
