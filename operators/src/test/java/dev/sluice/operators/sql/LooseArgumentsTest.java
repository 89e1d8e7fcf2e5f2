package dev.sluice.operators.sql;

import static dev.sluice.operators.testing.SqlTesting.bind;
import static dev.sluice.operators.testing.SqlTesting.eval;
import static dev.sluice.operators.testing.SqlTesting.problems;
import static dev.sluice.operators.testing.SqlTesting.query;
import static dev.sluice.operators.testing.SqlTesting.show;
import static dev.sluice.operators.testing.SqlTesting.type;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.operators.data.Schema;
import dev.sluice.operators.testing.SqlTesting;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of NULL without a type, of texts and of mixed numbers: facts of Spark 4.1.3. */
class LooseArgumentsTest {
  @Test
  void untypedNullIsNoArrayAndNoMap() {
    for (String refused :
        List.of(
            "transform(NULL, x -> x)",
            "aggregate(NULL, 0, (a, x) -> a)",
            "zip_with(array(1), NULL, (x, y) -> x)",
            "map_filter(NULL, (k, v) -> true)",
            "array_sort(NULL)",
            "array_append(NULL, 'x')",
            "array_insert(array(1), NULL, 2)",
            "array_union(NULL, array(1))",
            "arrays_overlap(array(1), NULL)",
            "concat(NULL, array(1))",
            "map_concat(map('a', 1), NULL)",
            "map_contains_key(NULL, 'a')",
            "NULL[1]",
            "map()['a']")) {
      assertThat(problems(refused, Schema.EMPTY)).as(refused).hasSize(1);
    }
    assertThat(show("array_position(array(1, 2), NULL)")).isEqualTo("NULL");
    assertThat(type("element_at(map('a', 1), NULL)")).isEqualTo("int");
    assertThat(show("array_join(NULL, ',')")).isEqualTo("NULL");
    assertThat(type("to_json(NULL)")).isEqualTo("string");
  }

  @Test
  void elementsOfArraysAreNotWidenedToDecimals() {
    assertThat(type("array_append(array(1), float(2.5))")).isEqualTo("array<float>");
    assertThat(type("array_append(array(1), 2.5D)")).isEqualTo("array<double>");
    assertThat(type("array_append(array(1), CAST(2 AS DECIMAL(10, 0)))"))
        .isEqualTo("array<decimal(10,0)>");
    for (String refused :
        List.of(
            "array_append(array(1), 1.5BD)",
            "array_remove(array(1), 1.5BD)",
            "array_insert(array(1), 1, 1.5BD)",
            "array_position(array(1), 1.5BD)")) {
      assertThat(problems(refused, Schema.EMPTY)).as(refused).hasSize(1);
    }
    assertThat(eval("array_contains(array(1), 1.5BD)")).isEqualTo(false);
  }

  @Test
  void triedArithmeticIsNullForTextsThatAreNoNumbers() {
    assertThat(show("try_add(12, 'x')")).isEqualTo("NULL");
    assertThat(show("try_add('12', INTERVAL '1' DAY)")).isEqualTo("NULL");
    assertThat(
            eval(
                "try_add(s, 1)",
                SqlTesting.batch("s STRING", List.of(List.of("4"), List.of("x"), List.of("6")))))
        .isEqualTo(Arrays.asList(5L, null, 7L));
  }

  @Test
  void textsCountAsWholeNumbersInSequences() {
    assertThat(show("sequence(2, '4')")).isEqualTo("[2, 3, 4]");
    assertThat(type("sequence(2, '4')")).isEqualTo("array<bigint>");
    assertThat(problems("sequence('1', '2')", Schema.EMPTY)).hasSize(1);
  }

  @Test
  void indexesAreWholeNumbersAndKeysAreStoredAsTheTypeOfTheMap() {
    assertThat(problems("array(1, 2)['1']", Schema.EMPTY)).hasSize(1);
    assertThat(show("map(1, 'a')[1.5BD]")).isEqualTo("a");
  }

  @Test
  void onlyConstantsAreTestedForBeingUnknown() {
    assertThat(bind("true IS UNKNOWN").sql()).isEqualTo("(true IS UNKNOWN)");
    assertThat(eval("array(1) IS UNKNOWN")).isEqualTo(false);
    assertThat(problems("12 IS UNKNOWN", Schema.EMPTY)).hasSize(1);
  }

  @Test
  void betweenIsAlsoAFunction() {
    assertThat(eval("between(2, 1, 3)")).isEqualTo(true);
    assertThat(eval("between('b', 'c', 'd')")).isEqualTo(false);
    assertThat(eval("between(NULL, 1, 2)")).isNull();
  }

  @Test
  void roundedTextsAndFloatsHaveTheDigitsOfTheirDecimals() {
    assertThat(type("floor('12', 2)")).isEqualTo("decimal(23,2)");
    assertThat(type("ceil(float(2.5), 2)")).isEqualTo("decimal(10,2)");
    assertThat(type("floor(2.5D, 2)")).isEqualTo("decimal(18,2)");
  }

  @Test
  void bytesBecomeTexts() {
    assertThat(type("concat(X'41', NULL)")).isEqualTo("string");
    assertThat(type("right(X'4142', 1)")).isEqualTo("string");
    assertThat(type("left(X'4142', 1)")).isEqualTo("binary");
  }

  @Test
  void formatsShowNestedValuesWithoutBlanks() {
    assertThat(show("format_string('%s', array(1, NULL))")).isEqualTo("[1,null]");
    assertThat(show("format_string('%s', map('a', 1))")).isEqualTo("keys: [a], values: [1]");
    assertThat(show("format_string('%s', struct(1, array('x')))")).isEqualTo("[1,[x]]");
    assertThat(show("format_string('%s', 1.50BD)")).isEqualTo("1.50");
    assertThatThrownBy(() -> eval("format_string('%5.2f', 1.50BD)"))
        .hasMessageContaining("does not fit its arguments");
  }

  @Test
  void defaultOfLagIsStoredAsTheTypeOfTheValue() {
    assertThat(query("SELECT lag(m, 1, d) OVER (ORDER BY m) FROM VALUES (1.10, 2.5D) AS t(m, d)"))
        .containsExactly(List.of(new BigDecimal("2.50")));
  }

  @Test
  void constantsUnderACollationShowIt() {
    assertThat(bind("'a' COLLATE UTF8_LCASE = 'B'").sql())
        .isEqualTo("(collate(a, UTF8_LCASE) = 'B' collate UTF8_LCASE)");
    assertThat(bind("replace('a' COLLATE UTF8_LCASE, 'B', 'c')").sql())
        .isEqualTo(
            "replace(collate(a, UTF8_LCASE), 'B' collate UTF8_LCASE, 'c' collate UTF8_LCASE)");
  }

  @Test
  void joinedTextsKeepTheirCollation() {
    assertThat(type("array_join(array('a' COLLATE UTF8_LCASE), ',')"))
        .isEqualTo("string collate UTF8_LCASE");
  }

  @Test
  void minusRoundsDecimalsToThirtyFourDigits() {
    assertThat(show("-(12345678901234567890.123456789012345678BD)"))
        .isEqualTo("-12345678901234567890.123456789012350000");
    assertThatThrownBy(() -> eval("-(99999999999999999999999999999999999999BD)"))
        .hasMessageContaining("has more digits than DECIMAL(38,0)");
  }
}
