package dev.sluice.operators.function.variant;

import static dev.sluice.operators.testing.SqlTesting.eval;
import static dev.sluice.operators.testing.SqlTesting.problems;
import static dev.sluice.operators.testing.SqlTesting.query;
import static dev.sluice.operators.testing.SqlTesting.show;
import static dev.sluice.operators.testing.SqlTesting.type;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.InvalidPipelineException;
import dev.sluice.operators.expression.EvaluationException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Facts are those of Spark 4.1.3. */
class VariantFunctionsTest {
  @Test
  void pathsReadWhatStandsThere() {
    assertThat(show("parse_json('{\"a\":{\"b\":[5, 6]}}'):a.b[1]::int")).isEqualTo("6");
    assertThat(show("parse_json('{\"x y\":1}'):['x y']")).isEqualTo("1");
    assertThat(show("parse_json('{\"a\":{\"b\":2}}'):a:b")).isEqualTo("2");
    assertThat(show("parse_json('[1]'):[3]")).isEqualTo("NULL");
    assertThat(type("parse_json('[1]'):[3]")).isEqualTo("variant");
  }

  @Test
  void pathGivesItsColumnTheNameOfTheLastField() {
    assertThat(query("SELECT a.b FROM (SELECT parse_json('{\"a\":{\"b\":2}}'):a.b::int) a"))
        .containsExactly(List.of(2));
  }

  @Test
  void castsFollowThoseOfTheValueInside() {
    assertThat(show("CAST(parse_json('\"12\"') AS INT)")).isEqualTo("12");
    assertThat(show("CAST(parse_json('1.5') AS INT)")).isEqualTo("1");
    assertThat(show("CAST(parse_json('null') AS INT)")).isEqualTo("NULL");
    assertThat(show("CAST(parse_json('{\"a\": [1]}') AS STRING)")).isEqualTo("{\"a\":[1]}");
    assertThat(show("TRY_CAST(parse_json('300') AS TINYINT)")).isEqualTo("NULL");
    assertThat(show("CAST(parse_json('[1,\"2\",null]') AS ARRAY<INT>)")).isEqualTo("[1, 2, null]");
    assertThat(show("CAST(parse_json('{\"b\":1}') AS STRUCT<a: INT, b: STRING>)"))
        .isEqualTo("{null, 1}");
    assertThat(show("CAST(parse_json('{\"b\":1,\"a\":2}') AS MAP<STRING, BIGINT>)"))
        .isEqualTo("{a -> 2, b -> 1}");
    assertThatThrownBy(() -> eval("CAST(parse_json('\"abc\"') AS INT)"))
        .isInstanceOf(EvaluationException.class)
        .hasMessageContaining("the variant \"abc\" cannot be cast to INT");
  }

  @Test
  void onlyThePartThatCannotBeCastIsNullWhenTrying() {
    assertThat(show("try_variant_get(parse_json('{\"a\":[1,\"x\"]}'), '$.a', 'array<int>')"))
        .isEqualTo("[1, null]");
    assertThat(show("try_variant_get(parse_json('[1]'), '$', 'struct<a: int>')")).isEqualTo("NULL");
  }

  @Test
  void everyPlainTypeBecomesVariant() {
    assertThat(show("CAST(1.50BD AS VARIANT)")).isEqualTo("1.5");
    assertThat(show("CAST(X'0102' AS VARIANT)")).isEqualTo("\"AQI=\"");
    assertThat(show("CAST(TIMESTAMP'2020-01-02 03:04:05.123' AS VARIANT)"))
        .isEqualTo("\"2020-01-02 03:04:05.123+00:00\"");
    assertThat(show("CAST(array(1, NULL) AS VARIANT)")).isEqualTo("[1,null]");
    assertThat(show("to_variant_object(map('b', 1, 'a', NULL))")).isEqualTo("{\"a\":null,\"b\":1}");
    assertThat(show("CAST(double('NaN') AS VARIANT)")).isEqualTo("\"NaN\"");
  }

  @Test
  void schemaNamesWhatValuesHaveInCommon() {
    assertThat(show("schema_of_variant(parse_json('[{\"a\":1},{\"b\":\"x\"},{\"a\":\"y\"}]'))"))
        .isEqualTo("ARRAY<OBJECT<a: VARIANT, b: STRING>>");
    assertThat(show("schema_of_variant(parse_json('[1.25,1e3]'))")).isEqualTo("ARRAY<DOUBLE>");
    assertThat(
            query(
                "SELECT schema_of_variant_agg(parse_json(j)) FROM"
                    + " VALUES ('{\"a\":1}'), ('{\"a\":1.5}'), (NULL) AS t(j)"))
        .containsExactly(List.of("OBJECT<a: DECIMAL(21,1)>"));
  }

  @Test
  void malformedJsonFailsOrIsNull() {
    for (String json : List.of("", "{\"a\":1,", "{\"a\":1,\"a\":2}", "01", "{a:1}", "NaN", "12é")) {
      assertThatThrownBy(() -> eval("parse_json('" + json + "')"))
          .as(json)
          .hasMessageContaining("malformed JSON");
      assertThat(eval("try_parse_json('" + json + "')")).as(json).isNull();
    }
    assertThat(show("parse_json('1 2')")).isEqualTo("1");
  }

  @Test
  void nullOfJsonIsNotNull() {
    assertThat(eval("is_variant_null(parse_json('null'))")).isEqualTo(true);
    assertThat(eval("parse_json('null') IS NULL")).isEqualTo(false);
    assertThat(eval("is_variant_null(NULL)")).isEqualTo(false);
    assertThat(show("from_json('{\"b\":null}', 'b VARIANT, c VARIANT')")).isEqualTo("{null, null}");
    assertThat(eval("from_json('{\"b\":null}', 'b VARIANT').b IS NULL")).isEqualTo(false);
    assertThat(eval("from_json('{\"b\":null}', 'c VARIANT').c IS NULL")).isEqualTo(true);
  }

  @Test
  void jsonGoesIntoOneColumnAsItIs() {
    assertThat(show("from_json('[1, {\"a\": 2}]', 'v VARIANT', map('singleVariantColumn', 'v'))"))
        .isEqualTo("{[1,{\"a\":2}]}");
    assertThat(show("to_json(struct(parse_json('{\"a\": null}') AS v))"))
        .isEqualTo("{\"v\":{\"a\":null}}");
    assertThat(problems("from_json('1', 'a INT', map('singleVariantColumn', 'v'))", Schema.EMPTY))
        .singleElement()
        .asString()
        .contains("the schema must be 'v VARIANT'");
  }

  @Test
  void explodesFieldsAndElements() {
    assertThat(
            query(
                "SELECT i, pos, key, CAST(value AS STRING) FROM"
                    + " VALUES (1, '{\"b\":1,\"a\":null}'), (2, '[]'), (3, '5') AS t(i, j),"
                    + " LATERAL variant_explode_outer(parse_json(j))"))
        .containsExactly(
            Arrays.asList(1, 0, "a", null),
            Arrays.asList(1, 1, "b", "1"),
            Arrays.asList(2, null, null, null),
            Arrays.asList(3, null, null, null));
    assertThat(query("SELECT key FROM variant_explode(parse_json('[1]'))"))
        .containsExactly(Arrays.asList((Object) null));
  }

  @Test
  void variantsCannotBeComparedGroupedOrHashed() {
    String v = "parse_json('1')";
    for (String refused :
        List.of(
            v + " = " + v,
            v + " < " + v,
            v + " IN (" + v + ")",
            "nullif(" + v + ", " + v + ")",
            "array_contains(array(" + v + "), " + v + ")",
            "hash(" + v + ")",
            "map(" + v + ", 1)",
            "greatest(" + v + ", " + v + ")",
            "CAST(" + v + " AS INTERVAL DAY TO SECOND)",
            "CAST(map('a', 1) AS VARIANT)",
            "to_variant_object(1)",
            "to_csv(struct(" + v + "))")) {
      assertThat(problems(refused, Schema.EMPTY)).as(refused).hasSize(1);
    }
    for (String refused :
        List.of(
            "SELECT DISTINCT " + v,
            "SELECT " + v + " UNION SELECT " + v,
            "SELECT count(*) FROM VALUES (1) t(a) GROUP BY " + v,
            "SELECT 1 ORDER BY " + v,
            "SELECT variant_explode(" + v + ")")) {
      assertThatThrownBy(() -> query(refused))
          .as(refused)
          .isInstanceOf(InvalidPipelineException.class);
    }
  }
}
