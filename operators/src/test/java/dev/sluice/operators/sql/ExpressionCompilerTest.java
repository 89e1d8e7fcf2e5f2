package dev.sluice.operators.sql;

import static dev.sluice.operators.testing.SqlTesting.batch;
import static dev.sluice.operators.testing.SqlTesting.bind;
import static dev.sluice.operators.testing.SqlTesting.eval;
import static dev.sluice.operators.testing.SqlTesting.problems;
import static dev.sluice.operators.testing.SqlTesting.show;
import static dev.sluice.operators.testing.SqlTesting.type;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.ddl.TypeParser;
import dev.sluice.operators.expression.EvaluationException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExpressionCompilerTest {
  private static final Schema ORDERS =
      TypeParser.parseSchema("amount DOUBLE, country STRING, qty INT, tags ARRAY<STRING>");

  @Test
  void bindsOperatorsByPrecedence() {
    assertThat(show("1 + 2 * 3")).isEqualTo("7");
    assertThat(show("NOT 1 = 2 AND 3 < 2 OR true")).isEqualTo("true");
    assertThat(show("-7 % 3")).isEqualTo("-1");
    assertThat(show("7 / 2")).isEqualTo("3.5");
    assertThat(show("7 div 2")).isEqualTo("3");
    assertThat(show("5 & 3 | 8")).isEqualTo("9");
    assertThat(show("1 = 1 IS NULL")).isEqualTo("false");
  }

  @Test
  void givesDecimalsTheDigitsOfSql() {
    assertThat(type("1.5 * 2.25")).isEqualTo("decimal(6,3)");
    assertThat(show("1.5 * 2.25")).isEqualTo("3.375");
    assertThat(type("CAST(1 AS INT) / CAST(1 AS DECIMAL(10,0))")).isEqualTo("decimal(21,11)");
    assertThat(type("1.5 + 1")).isEqualTo("decimal(3,1)");
    assertThat(type("CAST(1 AS DECIMAL(38,10)) * CAST(1 AS DECIMAL(38,10))"))
        .isEqualTo("decimal(38,6)");
  }

  @Test
  void readsStringsAsTheOtherSide() {
    assertThat(type("'10' + 1")).isEqualTo("bigint");
    assertThat(type("coalesce(1, '2')")).isEqualTo("bigint");
    assertThatThrownBy(() -> eval("'1.5' * 2"))
        .isInstanceOfSatisfying(
            EvaluationException.class, e -> assertThat(e.code()).isEqualTo("CAST_INVALID_INPUT"));
  }

  @Test
  void evaluatesABranchOnlyWhereItIsTaken() {
    Batch input = batch("x INT", List.of(List.of(0), List.of(2), List.of(4)));
    assertThat(eval("CASE WHEN x = 0 THEN -1 ELSE 8 div x END", input))
        .containsExactly(-1L, 4L, 2L);
    assertThat(eval("x <> 0 AND 8 div x > 3", input)).containsExactly(false, true, false);
    assertThat(eval("if(x = 0, NULL, 8 div x)", input)).containsExactly(null, 4L, 2L);
  }

  @Test
  void namesTheRowThatFailed() {
    Batch input = batch("x INT", List.of(List.of(1), List.of(2), List.of(0)));
    assertThatThrownBy(() -> eval("CASE WHEN x = 1 THEN 0 ELSE 8 div x END", input))
        .isInstanceOfSatisfying(EvaluationException.class, e -> assertThat(e.row()).isEqualTo(2));
  }

  @Test
  void knowsThreeValues() {
    Batch input =
        batch(
            "a BOOLEAN, b BOOLEAN",
            List.of(
                Arrays.asList(true, null), Arrays.asList(false, null), Arrays.asList(null, null)));
    assertThat(eval("a AND b", input)).containsExactly(null, false, null);
    assertThat(eval("a OR b", input)).containsExactly(true, null, null);
    assertThat(eval("a <=> b", input)).containsExactly(false, false, true);
    assertThat(eval("a IN (b, true)", input)).containsExactly(true, null, null);
  }

  @Test
  void tellsAllMistakesAtTheirPlaces() {
    assertThat(problems("amuont > 10 AND lenght(country) < 3", ORDERS))
        .containsExactly(
            "test.sql:1:1: error[unknown-column]: unknown column 'amuont'; did you mean 'amount'?",
            "test.sql:1:17: error[unknown-function]: unknown function 'lenght'; did you mean 'length'?");
    assertThat(problems("country + ", ORDERS))
        .containsExactly(
            "test.sql:1:11: error[syntax]: the text ends where an expression is expected");
    assertThat(problems("true + 1", ORDERS)).singleElement().asString().contains("type-mismatch");
    assertThat(problems("upper(country, 1)", ORDERS))
        .singleElement()
        .asString()
        .contains("wrong-argument-count");
  }

  @Test
  void refusesWhatIsTooDeepInsteadOfOverflowing() {
    assertThat(problems("(".repeat(100_000) + "1" + ")".repeat(100_000), ORDERS))
        .singleElement()
        .asString()
        .contains("nested deeper");
    assertThat(problems("1" + " + 1".repeat(100_000), ORDERS))
        .singleElement()
        .asString()
        .contains("in a row");
    assertThat(eval("true" + " AND true".repeat(50_000))).isEqualTo(true);
  }

  @Test
  void showsExpressionsAsSparkDoes() {
    assertThat(bind("qty + 1", ORDERS).sql()).isEqualTo("(qty + 1)");
    assertThat(bind("CAST(qty AS STRING)", ORDERS).sql()).isEqualTo("CAST(qty AS STRING)");
    assertThat(bind("qty <> 1", ORDERS).sql()).isEqualTo("(NOT (qty = 1))");
    assertThat(bind("amount + qty", ORDERS).sql()).isEqualTo("(amount + qty)");
    assertThat(bind("tags[0]", ORDERS).sql()).isEqualTo("tags[0]");
  }

  @Test
  void castsAsAnsiSays() {
    assertThat(show("CAST(' 12 ' AS INT)")).isEqualTo("12");
    assertThat(show("CAST(1.9 AS INT)")).isEqualTo("1");
    assertThat(show("CAST(1e10 AS STRING)")).isEqualTo("1.0E10");
    assertThat(show("TRY_CAST('x' AS INT)")).isEqualTo("NULL");
    assertThat(show("CAST('2024-02-29 12:34:56.7' AS TIMESTAMP)"))
        .isEqualTo("2024-02-29 12:34:56.7");
    assertThat(show("DATE '2024-01-31' + INTERVAL 1 MONTH")).isEqualTo("2024-02-29");
    assertThat(show("TIMESTAMP '2024-01-31 00:00:00' - TIMESTAMP '2024-01-30 12:00:00'"))
        .isEqualTo("INTERVAL '0 12:00:00' DAY TO SECOND");
    assertThatThrownBy(() -> eval("CAST(300 AS TINYINT)"))
        .isInstanceOfSatisfying(
            EvaluationException.class, e -> assertThat(e.code()).isEqualTo("CAST_OVERFLOW"));
  }

  @Test
  void matchesPatterns() {
    assertThat(show("'abc' LIKE 'a%'")).isEqualTo("true");
    assertThat(show("'a_c' LIKE 'a\\\\_c'")).isEqualTo("true");
    assertThat(show("'ABC' ILIKE '%b_'")).isEqualTo("true");
    assertThat(show("'abc' RLIKE 'b.'")).isEqualTo("true");
    assertThat(show("'abc' LIKE ANY ('x', '%c')")).isEqualTo("true");
    assertThat(show("'abc' NOT LIKE ALL ('x', '%c')")).isEqualTo("false");
    assertThat(bind("'abc' NOT LIKE ALL ('x', '%c')").sql()).isEqualTo("notlikeall(abc)");
    assertThat(bind("'abc' ILIKE ANY ('x', '%c')").sql()).isEqualTo("likeany(lower(abc))");
    assertThat(bind("'abc' LIKE ANY ('x', 1)").sql()).isEqualTo("(abc LIKE x OR abc LIKE 1)");
  }

  @Test
  void takesNamesByAsInAStructOnly() {
    assertThat(show("struct(1 AS a).a")).isEqualTo("1");
    assertThat(problems("int('1' AS a)", Schema.EMPTY))
        .singleElement()
        .asString()
        .contains("test.sql:1:9");
  }

  @Test
  void showsDefaultsThatWereLeftOut() {
    assertThat(bind("substr('abc', 2)").sql()).isEqualTo("substr(abc, 2, 2147483647)");
    assertThat(bind("locate('b', 'abc')").sql()).isEqualTo("locate(b, abc, 1)");
    assertThat(bind("true IS NOT FALSE").sql()).isEqualTo("(NOT (true <=> false))");
  }
}
