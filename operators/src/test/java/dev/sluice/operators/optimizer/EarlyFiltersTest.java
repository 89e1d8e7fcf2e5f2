package dev.sluice.operators.optimizer;

import static dev.sluice.operators.data.AtomicType.BIGINT;
import static dev.sluice.operators.data.AtomicType.STRING;
import static dev.sluice.operators.data.AtomicType.TIMESTAMP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.Session;
import dev.sluice.operators.plan.JoinCondition;
import dev.sluice.operators.plan.JoinType;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.sql.FunctionRegistry;
import dev.sluice.operators.sql.SelectCompiler;
import dev.sluice.operators.testing.SqlTesting;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** Which conditions are asked below a watermark: each as seen on Spark 4.1.3. */
@NullMarked
class EarlyFiltersTest {
  private static Rel.Read read(String letter) {
    return new Rel.Read(
        letter,
        new Schema(
            List.of(
                new Field(letter + "k", STRING),
                new Field(letter + "v", BIGINT),
                new Field(letter + "t", TIMESTAMP))),
        true,
        Origin.NONE);
  }

  private static Rel watermark(Rel input) {
    return new Rel.Watermark(input, 2, 0, Origin.NONE);
  }

  private static Rel where(Rel input, String condition) {
    return new Rel.Filter(input, SqlTesting.bind(condition, input.schema()), Origin.NONE);
  }

  private static Rel select(Rel input, String... columns) {
    List<NamedExpression> named = new ArrayList<>();
    for (String column : columns) {
      String[] parts = column.split(" AS ", -1);
      named.add(new NamedExpression(parts[1], SqlTesting.bind(parts[0], input.schema())));
    }
    return new Rel.Project(input, named, Origin.NONE);
  }

  private static Rel.Join join(Rel left, Rel right, JoinType type, String on) {
    Rel.Join open = new Rel.Join(left, right, type, SqlTesting.bind("true"), Origin.NONE);
    return new Rel.Join(left, right, type, SqlTesting.bind(on, open.pair()), Origin.NONE);
  }

  private static Rel rewritten(Rel rel) {
    return EarlyFilters.of(List.of(rel)).get(0);
  }

  /** The conditions asked directly below each watermark, from left to right. */
  private static List<String> below(Rel rel) {
    List<String> found = new ArrayList<>();
    collect(rewritten(rel), found);
    return found;
  }

  private static void collect(Rel rel, List<String> into) {
    if (rel instanceof Rel.Watermark watermark) {
      List<String> asked = new ArrayList<>();
      Rel input = watermark.input();
      while (input instanceof Rel.Filter filter) {
        List<String> own = new ArrayList<>();
        JoinCondition.conjuncts(filter.condition()).forEach(c -> own.add(c.sql()));
        asked.addAll(0, own);
        input = filter.input();
      }
      into.add(String.join("; ", asked));
      return;
    }
    rel.inputs().forEach(input -> collect(input, into));
  }

  @Test
  void allButThoseOnEventTimeItself() {
    Rel rel = where(watermark(read("l")), "lv > 5 AND lt > TIMESTAMP '2024-01-01' AND lk = 'a'");
    assertThat(below(rel)).containsExactly("(lv > 5); (lk = a)");
    assertThat(rewritten(rel)).isInstanceOf(Rel.Filter.class);
    assertThat(rewritten(rel).schema()).isEqualTo(rel.schema());
  }

  @Test
  void thoseOnColumnsMadeAboveIt() {
    Rel made = select(watermark(read("l")), "lv * 2 AS x", "lt AS t");
    assertThat(below(where(made, "x > 10"))).containsExactly("(x > 10)");
    assertThat(below(where(made, "t > TIMESTAMP '2024-01-01'"))).containsExactly("");
  }

  @Test
  void thoseOnKeysOfAnAggregation() {
    Rel input = watermark(read("l"));
    List<NamedExpression> keys = new ArrayList<>();
    for (int i : new int[] {0, 2}) {
      Field field = input.schema().field(i);
      keys.add(
          new NamedExpression(
              field.name(), new ColumnReference(i, field.name(), field.type(), true)));
    }
    Rel groups = new Rel.Aggregate(input, keys, List.of(), Rel.Aggregate.Scope.STREAM, Origin.NONE);
    assertThat(below(where(groups, "lk = 'a'"))).containsExactly("(lk = a)");
  }

  @Test
  void noneBelowDuplicates() {
    Rel rel = new Rel.Deduplicate(watermark(read("l")), List.of(1, 2), false, Origin.NONE);
    assertThat(below(where(rel, "lv > 5"))).containsExactly("");
  }

  @Test
  void noneThatMayDifferFromCallToCall() {
    assertThat(below(where(watermark(read("l")), "rand() < 0.5"))).containsExactly("");
  }

  @Test
  void inEachBranchOfAUnion() {
    Rel left = watermark(read("l"));
    Rel union = new Rel.Union(List.of(left, watermark(read("r"))), left.schema(), Origin.NONE);
    assertThat(below(where(union, "lv > 5"))).containsExactly("(lv > 5)", "(lv > 5)");
  }

  @Test
  void noneBelowWhatAnotherReadsWhole() {
    Rel shared = watermark(read("l"));
    List<Rel> roots = EarlyFilters.of(List.of(where(shared, "lv > 5"), shared));
    assertThat(roots.get(0).inputs().get(0)).isSameAs(roots.get(1));
    assertThat(below(roots.get(1))).containsExactly("");
  }

  @Test
  void belowWhatSeveralReadThatAnyOfThemTakesTheRow() {
    Rel shared = watermark(read("l"));
    Rel left = where(select(shared, "lk AS a", "lv AS av", "lt AS at"), "av > 3");
    Rel right = select(shared, "lk AS b", "lv AS bv", "lt AS bt");
    Rel.Join keyed = join(left, right, JoinType.INNER, "a = b AND at BETWEEN bt AND bt");
    assertThat(below(keyed)).containsExactly("(a IS NOT NULL)", "(a IS NOT NULL)");
    Rel either =
        new Rel.Union(
            List.of(where(shared, "lv > 5 AND lk = 'a' AND lt > lt"), where(shared, "lk = 'b'")),
            shared.schema(),
            Origin.NONE);
    assertThat(below(either)).allMatch(c -> c.equals("(((lv > 5) AND (lk = a)) OR (lk = b))"));
    List<Rel> roots = EarlyFilters.of(List.of(either));
    assertThat(roots.get(0).inputs().get(0).inputs().get(0))
        .isSameAs(roots.get(0).inputs().get(1).inputs().get(0));
  }

  @Test
  void whatMayFailIsNotAskedInFrontOfItsGuards() {
    Rel shared = watermark(read("l"));
    String number = "CAST(lk AS INT) > 5";
    assertThat(below(either(where(where(shared, "lv = 1"), number), where(shared, number))))
        .allMatch(c -> c.startsWith("(((lv = 1) AND (CAST(lk AS INT) > 5)) OR"));
    assertThat(
            below(
                either(
                    where(where(shared, number), "lv = 1"),
                    where(where(shared, number), "lv = 2"))))
        .allMatch(c -> c.equals("(CAST(lk AS INT) > 5); ((lv = 1) OR (lv = 2))"));
    String late = "lt > TIMESTAMP '2024-01-01'";
    assertThat(
            below(either(where(where(shared, late), number), where(where(shared, late), number))))
        .containsOnly("");
  }

  private static Rel either(Rel left, Rel right) {
    return new Rel.Union(List.of(left, right), left.schema(), Origin.NONE);
  }

  @Test
  void thatAColumnHasElementsBeforeItIsTakenApart() {
    Rel rows = watermark(select(read("l"), "split(lk, ' ') AS words", "lv AS v", "lt AS t"));
    assertThat(below(exploded(rows, "explode(words)"))).containsExactly("(size(words) > 0)");
    assertThat(below(exploded(rows, "posexplode(words)"))).containsExactly("(size(words) > 0)");
    assertThat(below(exploded(rows, "explode_outer(words)"))).containsExactly("");
    assertThat(below(exploded(rows, "explode(array(v))"))).containsExactly("");
  }

  private static Rel exploded(Rel input, String generator) {
    Problems problems = new Problems();
    Rel rel =
        new SelectCompiler(Session.DEFAULT, FunctionRegistry.load(), problems)
            .select(
                input,
                List.of(SqlTesting.text(generator), SqlTesting.text("t")),
                Rel.Aggregate.Scope.BATCH,
                Origin.NONE)
            .orElseThrow();
    problems.throwIfErrors();
    return rel;
  }

  @Test
  void thatColumnsAreNotNullWhereANullCannotMatch() {
    String on = "lk = rk AND lv + 1 < rv AND coalesce(lv, 1) < 10";
    Rel inner = join(watermark(read("l")), watermark(read("r")), JoinType.INNER, on);
    assertThat(below(inner))
        .containsExactly(
            "(coalesce(lv, 1) < 10); (lk IS NOT NULL); (lv IS NOT NULL)",
            "(rk IS NOT NULL); (rv IS NOT NULL)");
    Rel left = join(watermark(read("l")), watermark(read("r")), JoinType.LEFT_OUTER, on);
    assertThat(below(left)).containsExactly("", "(rk IS NOT NULL); (rv IS NOT NULL)");
    Rel full = join(watermark(read("l")), watermark(read("r")), JoinType.FULL_OUTER, on);
    assertThat(below(full)).containsExactly("", "");
    Rel safe = join(watermark(read("l")), watermark(read("r")), JoinType.INNER, "lk <=> rk");
    assertThat(below(safe)).containsExactly("", "");
  }

  @Test
  void whatAnEqualityCarriesToTheOtherSide() {
    String on = "lk = rk AND lk = 'a'";
    Rel inner = join(watermark(read("l")), watermark(read("r")), JoinType.INNER, on);
    assertThat(below(inner))
        .containsExactly("(lk = a); (lk IS NOT NULL)", "(rk IS NOT NULL); (lk = a)");
    Rel left = join(watermark(read("l")), watermark(read("r")), JoinType.LEFT_OUTER, on);
    assertThat(below(left)).containsExactly("", "(rk IS NOT NULL); (lk = a)");
    Rel filtered =
        join(
            watermark(where(read("l"), "lk = 'a'")),
            watermark(read("r")),
            JoinType.INNER,
            "lk = rk");
    assertThat(below(filtered).get(1)).isEqualTo("(rk IS NOT NULL); (lk = a)");
  }

  @Test
  void thoseAboveAJoinThatOneSideCanAnswer() {
    String on = "lk = rk";
    Rel left = join(watermark(read("l")), watermark(read("r")), JoinType.LEFT_OUTER, on);
    assertThat(below(where(left, "lv > 5"))).containsExactly("(lv > 5)", "(rk IS NOT NULL)");
    assertThat(below(where(left, "rv IS NULL"))).containsExactly("", "(rk IS NOT NULL)");
  }

  @Test
  void thatNoOuterRowPassesMakesAnInnerJoin() {
    Rel left = join(watermark(read("l")), watermark(read("r")), JoinType.LEFT_OUTER, "lk = rk");
    assertThat(below(where(left, "rv > 5")))
        .containsExactly("(lk IS NOT NULL)", "(rv > 5); (rk IS NOT NULL)");
    Rel full = join(watermark(read("l")), watermark(read("r")), JoinType.FULL_OUTER, "lk = rk");
    Rel result = rewritten(where(full, "lv > 5"));
    assertThat(((Rel.Join) result).type()).isEqualTo(JoinType.LEFT_OUTER);
    Rel both = rewritten(where(full, "lv > rv"));
    assertThat(((Rel.Join) both.inputs().get(0)).type()).isEqualTo(JoinType.INNER);
  }

  @Test
  void thatARowOfAWindowHasATime() {
    Rel full =
        join(
            watermark(read("l")),
            watermark(read("r")),
            JoinType.FULL_OUTER,
            "lk = rk AND lv > 2 AND rv > 2");
    assertThat(below(windows(full, "lt")))
        .containsExactly("", "(rv > 2); (rk IS NOT NULL); (rv IS NOT NULL)");
    assertThat(below(windows(watermark(read("l")), "lt"))).containsExactly("");
  }

  /** A condition that is never true is one of the left side, where that is not kept whole. */
  @Test
  void whatIsNeverTrueOfTheLeftSide() {
    String on = "lk = rk AND lt >= rt AND false";
    for (JoinType type : List.of(JoinType.INNER, JoinType.RIGHT_OUTER, JoinType.LEFT_SEMI)) {
      assertThat(below(join(watermark(read("l")), watermark(read("r")), type, on)).get(0))
          .as("%s", type)
          .startsWith("false");
    }
  }

  @Test
  void aConstantThatFailsIsNotAskedWhileThePlanIsMade() {
    assertThat(JoinCondition.isNever(SqlTesting.bind("1 / 0 > 1"))).isFalse();
    assertThat(JoinCondition.isNever(SqlTesting.bind("1 > 2"))).isTrue();
  }

  private static Rel windows(Rel input, String time) {
    Problems problems = new Problems();
    Rel rel =
        new SelectCompiler(Session.DEFAULT, FunctionRegistry.load(), problems)
            .windowed(
                input, List.of(SqlTesting.text("window(" + time + ", '20 seconds')")), Origin.NONE);
    problems.throwIfErrors();
    return rel;
  }

  @Test
  void leavesPlansWithoutAWatermarkAsTheyAre() {
    List<Rel> roots = List.of(where(select(read("l"), "lv * 2 AS x"), "x > 10"));
    assertThat(EarlyFilters.of(roots)).isSameAs(roots);
  }
}
