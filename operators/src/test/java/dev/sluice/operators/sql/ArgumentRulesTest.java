package dev.sluice.operators.sql;

import static dev.sluice.operators.testing.SqlTesting.problems;
import static dev.sluice.operators.testing.SqlTesting.show;
import static dev.sluice.operators.testing.SqlTesting.type;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.operators.data.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What functions and operators take, as Spark was seen to take it. */
class ArgumentRulesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "substring(NULL, 'x')",
        "substring('abc', 'x', CAST(NULL AS INT))",
        "make_date(2024, 'x', NULL)",
        "lpad('abc', 'x', NULL)",
        "regexp_extract('abc', NULL, 'x')",
        "date_format(NULL, 'QQQQQQ')",
        "date_trunc(NULL, 'no time')",
        "decode(NULL, CAST(1 / 0 AS STRING))",
        "shiftleft('x', NULL)",
        "'x' & NULL + 1",
        "CAST(1 / 0 AS STRING) LIKE NULL",
        "replace('abc', CAST(1 / 0 AS STRING), NULL)",
        "trim(CAST(1 / 0 AS STRING), NULL)",
        "right(NULL, 'x')"
      })
  void anArgumentThatIsNullLeavesTheOthersUnread(String sql) {
    assertThat(show(sql)).isEqualTo("NULL");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "elt('x', NULL, 'a')",
        "locate(NULL, 'a', 'x')",
        "right(CAST(1 / 0 AS STRING), NULL)",
        "decode(1 / 0, 1, NULL, 'b')"
      })
  void otherFunctionsReadAllTheirArguments(String sql) {
    assertThatThrownBy(() -> show(sql)).isInstanceOf(RuntimeException.class);
  }

  @Test
  void whatLiesBeforeTheTextIsOverlaidFromTheEnd() {
    assertThat(show("overlay('Spark', '%a_', -2, 1)")).isEqualTo("%a_k");
    assertThat(show("overlay('Spark', '_', 0, 0)")).isEqualTo("_Spark");
  }

  @Test
  void roundingToNoPlaceHasTheTypeOfRoundingToNone() {
    assertThat(type("round(5BD, NULL)")).isEqualTo("decimal(2,0)");
    assertThat(type("bround(CAST(1.25 AS DECIMAL(5, 2)), NULL)")).isEqualTo("decimal(4,0)");
  }

  @Test
  void aConditionOnEntriesThatIsNullKeepsNone() {
    assertThat(show("map_filter(map('a', 1), (k, v) -> NULL)")).isEqualTo("{}");
  }

  @Test
  void secondsOfIntervalsHaveDigitsBehindThePoint() {
    assertThatThrownBy(() -> show("CAST('4.' AS INTERVAL SECOND)"))
        .isInstanceOf(RuntimeException.class);
    assertThat(show("CAST('4.5' AS INTERVAL SECOND)")).contains("4.5");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mask(12)",
        "md5(12)",
        "sha2(true, 256)",
        "base64(DATE '2024-01-01')",
        "decode(12, 'UTF-8')",
        "get_json_object('{}', 1)",
        "from_json(12, 'a INT')",
        "from_csv(1.5, 'a INT')",
        "xpath_int(12, 'a')",
        "str_to_map('a:1', 5)",
        "parse_url(12, 'HOST')",
        "soundex(12)",
        "timestamp_micros('12')",
        "timestamp_millis(1.5)",
        "unix_millis(DATE '2024-01-01')",
        "unix_timestamp('2024-01-01', 12)",
        "array_insert(array(1), 4294967296, 2)",
        "element_at(array(1), NULL)",
        "element_at(array(1), '1')",
        "format_number('12', 2)",
        "bit_get('12', 1)",
        "overlay(X'4142' PLACING 'a' FROM 1)",
        "greatest('2024-01-01', DATE '2024-01-01')",
        "hash(map('a', 1))",
        "array('a') < array(1)",
        "array(1) = array('1')",
        "'1' AND 'x'",
        "CASE WHEN 'true' THEN 1 END",
        "CASE WHEN NULL THEN 1 END",
        "when(NULL, 1)",
        "schema_of_json('{bad')",
        "map('a', 1)['a' COLLATE UTF8_LCASE]",
        "to_json(named_struct('a', 1), map('dateFormat', 'yyyy]'))",
        "to_csv(named_struct('a', 1), map('timestampFormat', 'YYYY'))",
        "INTERVAL 3 NANOSECONDS"
      })
  void argumentsOfOtherTypesAreMistakes(String sql) {
    assertThat(problems(sql, Schema.EMPTY)).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mask(NULL) | NULL",
        "element_at(array(7), 1S) | 7",
        "make_timestamp(2024, 2, 29, 1, 2, 1.5D) | 2024-02-29 01:02:01.5",
        "shiftleft(2.5D, 2) | 8",
        "hex(2979.9D) | BA3",
        "sequence(NULL, 2) | NULL",
        "try_to_date(12.5, 'yyyy') | NULL",
        "'true' AND true | true",
        "date_format(DATE '2024-02-29', DATE '2024-02-29') | 2024-02-29"
      })
  void numbersAndNullsAreTakenWhereSparkTakesThem(String sql, String shown) {
    assertThat(show(sql)).isEqualTo(shown);
  }

  @ParameterizedTest
  @ValueSource(strings = {"CAST(NULL AS DATE) < 'abc'", "'x' + CAST(NULL AS INT)", "NULL = 'x'"})
  void constantNullMakesNullOfWhatWouldFail(String sql) {
    assertThat(show(sql)).isEqualTo("NULL");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CAST('epoch' AS TIMESTAMP) | 1970-01-01 00:00:00",
        "CAST(' Epoch ' AS DATE) | 1970-01-01",
        "to_timestamp_ntz('epoch') | 1970-01-01 00:00:00",
        "year('epoch') | 1970",
        "DATE '2024-01-01' > 'epoch' | true"
      })
  void wordsForTimesAreKnownInConstants(String sql, String shown) {
    assertThat(show(sql)).isEqualTo(shown);
  }

  @Test
  void wordsForTimesAreNoTimesInColumns() {
    assertThat(new Queries().rows("SELECT try_cast(s AS DATE) FROM VALUES ('epoch') AS t(s)"))
        .containsExactly("null");
  }

  @Test
  void zerosKeepTheirSigns() {
    assertThat(show("CAST(-0.0D AS STRING)")).isEqualTo("-0.0");
    assertThat(show("array_distinct(array(0.0D, -0.0D, 0.0D))")).isEqualTo("[0.0, -0.0]");
    assertThat(show("arrays_overlap(array(0.0D), array(-0.0D))")).isEqualTo("false");
    assertThat(show("0.0D = -0.0D")).isEqualTo("true");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CAST(INTERVAL '1-2' YEAR TO MONTH AS STRING) | INTERVAL '1-2' YEAR TO MONTH",
        "split('abc', '', 2) | [a, bc]",
        "unix_timestamp(timestamp_micros(-1)) | 0",
        "unix_seconds(timestamp_micros(-1)) | -1",
        "acosh(0.5) | NaN",
        "to_csv(struct(1, array('x', NULL))) | 1,\"[x,]\"",
        "to_csv(struct(map('a', 1), struct(2))) | {a -> 1},{2}",
        "to_char(-7, 'S$9,999.99') | -$    7.00",
        "to_char(1234567, '9,999') | # ###"
      })
  void valuesThatLookOddAreSparks(String sql, String shown) {
    assertThat(show(sql)).isEqualTo(shown);
  }

  @Test
  void valuesOfATableAreNotReadFromStrings() {
    Queries queries = new Queries();
    assertThat(queries.mistake("SELECT * FROM VALUES (1), ('2') AS t(a)"))
        .contains("is INT in one row and STRING in another");
    assertThat(queries.rows("SELECT typeof(a) FROM VALUES (1), (float(2)) AS t(a)"))
        .containsExactly("float", "float");
    assertThat(type("array(1, float(2))").toString()).contains("double");
  }

  @Test
  void castColumnsKeepTheirNames() {
    assertThat(
            new Queries()
                .names("SELECT CAST(a AS STRING), CAST(a + 1 AS STRING) FROM VALUES (1) t(a)"))
        .containsExactly("a", "CAST((a + 1) AS STRING)");
  }
}
