package dev.sluice.operators.sql;

import static dev.sluice.operators.testing.SqlTesting.query;
import static dev.sluice.operators.testing.SqlTesting.queryProblems;
import static dev.sluice.operators.testing.SqlTesting.show;
import static dev.sluice.operators.testing.SqlTesting.showQuery;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Spark was seen to refuse in calls and tests, and what it was seen to let pass. */
class StrictCallsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1 IN (1) IN (true)",
        "SELECT a IS NULL IS NULL FROM VALUES (1) AS v(a)",
        "SELECT 'a' LIKE 'b' LIKE 'c'",
        "SELECT (1 AS a)",
        "SELECT sum(1) OVER () OVER ()",
        "SELECT mode() FILTER (WHERE true) WITHIN GROUP (ORDER BY a) FROM VALUES (1) AS v(a)",
        "SELECT * FROM range(3) OVER ()",
        "SELECT * FROM range(DISTINCT 3)",
        "SELECT * FROM explode(array(1)) IGNORE NULLS",
        "SELECT sum(a) FILTER (WHERE NULL) FROM VALUES (1) AS v(a)",
        "SELECT first(*) FROM VALUES (1) AS v(a)",
        "SELECT any_value(a, 'true') FROM VALUES (1) AS v(a)",
        "SELECT last(a, 1 > 2) FROM VALUES (1) AS v(a)",
        "SELECT bit_and('1')",
        "SELECT make_interval(1) = make_interval(1)",
        "SELECT make_interval(1) IN (make_interval(1))",
        "SELECT regexp_replace('abc', 'b', 'x', a) FROM VALUES (1) AS v(a)",
        "SELECT make_timestamp(DATE'2024-01-01', NULL, 3)",
        "SELECT date_part(CAST(NULL AS DOUBLE), DATE'2024-01-01')",
        "SELECT * FROM range(true)"
      })
  void refuses(String sql) {
    assertThat(queryProblems(sql)).hasSize(1);
  }

  @Test
  void aTestMayStandAgainInParentheses() {
    assertThat(show("(1 IN (1)) IN (true)")).isEqualTo("true");
    assertThat(show("1 + 1 IN (2) AND NOT 3 BETWEEN 1 AND 2")).isEqualTo("true");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "try_add(DATE'2024-01-01'; CAST('x' AS INT))",
        "try_subtract(TIMESTAMP'2024-01-01 00:00:00'; INTERVAL '1' DAY / 0)",
        "try_to_binary(CAST(1 / 0 AS STRING); 'hex')",
        "try_to_time(CAST(1 / 0 AS STRING))",
        "try_aes_decrypt(CAST('x' AS BINARY); CAST(1 / 0 AS STRING))"
      })
  void whatFailsInsideIsTriedToo(String sql) {
    assertThat(show(sql.replace(';', ','))).isEqualTo("NULL");
  }

  @Test
  void locateLooksAtThePositionFirst() {
    assertThat(show("locate('a', NULL, NULL)")).isEqualTo("0");
    assertThat(show("locate('a', NULL, 1)")).isEqualTo("NULL");
  }

  @Test
  void aStarBesideOtherArgumentsOfCountIsAllColumns() {
    assertThat(query("SELECT count(*, 1) FROM VALUES (1, 2), (NULL, 3) AS v(a, b)"))
        .isEqualTo(List.of(List.of(1L)));
  }

  @Test
  void distinctSquaresLookAtOneArgument() {
    assertThat(
            query(
                "SELECT regr_syy(DISTINCT y, x), regr_sxx(DISTINCT y, x), regr_syy(y, x) FROM VALUES"
                    + " (1, 2), (2, 2), (2, 3), (2, 4), (NULL, 9), (9, NULL) AS v(y, x)"))
        .isEqualTo(List.of(List.of(0.5, 2.0, 0.75)));
  }

  @Test
  void groupByAllLeavesAggregatesOverWindowsOut() {
    assertThat(query("SELECT a, count(*) OVER () FROM VALUES (1), (2), (1) AS v(a) GROUP BY ALL"))
        .containsExactlyInAnyOrder(List.of(1, 2L), List.of(2, 2L));
  }

  @Test
  void callsOfOneTextWithOtherOptionsDiffer() {
    assertThat(
            query(
                "SELECT to_csv(struct(a, 1), map('nullValue', '-')), to_csv(struct(a, 1), "
                    + "map('nullValue', '+')) FROM VALUES (CAST(NULL AS STRING)) AS v(a)"))
        .isEqualTo(List.of(List.of("-,1", "+,1")));
    assertThat(
            query(
                "SELECT to_json(struct(a)), to_json(struct(a), map('ignoreNullFields', 'false'))"
                    + " FROM VALUES (CAST(NULL AS STRING)) AS v(a)"))
        .isEqualTo(List.of(List.of("{}", "{\"a\":null}")));
  }

  @Test
  void aLineOfCsvWithNothingInItIsNull() {
    assertThat(query("SELECT to_csv(struct(a)) FROM VALUES ('x'), (NULL) AS v(a)"))
        .isEqualTo(List.of(List.of("x"), Arrays.asList((Object) null)));
    assertThat(show("to_csv(struct(NULL, NULL))")).isEqualTo(",");
  }

  @Test
  void theCollationOfSplitIsThatOfItsText() {
    assertThat(show("size(split('xAy', 'a' COLLATE UTF8_LCASE))")).isEqualTo("1");
    assertThat(show("size(split('xAy' COLLATE UTF8_LCASE, 'a'))")).isEqualTo("2");
  }

  @Test
  void aMovedTextKeepsItsCollation() {
    assertThat(show("typeof('2024-01-01' COLLATE UTF8_LCASE + INTERVAL '2' SECOND)"))
        .isEqualTo("string collate UTF8_LCASE");
    assertThat(show("bit_get(11, '1' COLLATE UTF8_LCASE)")).isEqualTo("1");
  }

  @Test
  void whatIsNoXmlHasTheSchemaOfABrokenRecord() {
    assertThat(show("schema_of_xml('no xml')")).isEqualTo("STRUCT<_corrupt_record: STRING>");
  }

  @Test
  void aNumberInAStringOfJsonIsADayUnlessAPatternForbidsIt() {
    assertThat(show("from_json('{\"d\":\"1\"}', 'd DATE').d")).isEqualTo("1970-01-02");
    assertThat(show("from_json('{\"d\":\"2024\"}', 'd DATE').d")).isEqualTo("2024-01-01");
    assertThat(show("from_json('{\"d\":\"1\"}', 'd DATE', map('dateFormat', 'yyyy-MM-dd')).d"))
        .isEqualTo("NULL");
  }

  @Test
  void rangeReadsTextsAsNumbers() {
    assertThat(showQuery("SELECT count(*) FROM range(1, '3')")).contains("2");
  }
}
