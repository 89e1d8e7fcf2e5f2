package dev.sluice.operators.function.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.testing.SqlTesting;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** JSON looked into as Hive and Spark do. */
class JsonFunctionsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "{\"a\":{\"b\":[1, 2.50, \"x\"]}}; $.a.b; [1,2.5,\"x\"]",
        "{\"a\":\"text\"}; $.a; text",
        "{\"a\":null, \"a\":1}; $.a; 1",
        "{\"a\":null}; $.a; NULL",
        "[[1,2],[3]]; $[*][*]; [1,2,3]",
        "[{\"a\":1},{\"a\":2}]; $[*].a; [1,2]",
        "[{\"a\":1},{\"b\":2}]; $[*].a; 1",
        "[{\"a\":\"x\"}]; $[0].a; x",
        "{\"a b\":1}; $['a b']; 1",
        "{\"a\":1}; $.*; NULL",
        "{\"a\":1; $.a; NULL",
        "{\"a\":1}; a; NULL",
        "{\"a\":[1,2,3]}; $.a[5]; NULL",
        "{\"a\":\"q\\\"uote\\n\"}; $; {\"a\":\"q\\\"uote\\n\"}"
      })
  void pathFindsWhatSparkFinds(String json, String path, String result) {
    String literal = json.replace("\\", "\\\\").replace("'", "\\'");
    assertThat(
            SqlTesting.show(
                "get_json_object('" + literal + "', '" + path.replace("'", "\\'") + "')"))
        .isEqualTo(result);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "from_json('{\"a\":\"x\",\"b\":2}', 'a INT, b INT'); {null, 2}",
        "from_json('no json', 'a INT'); {null}",
        "from_json('', 'a INT'); NULL",
        "from_json('[{\"a\":1},{\"a\":2}]', 'a INT'); {null}",
        "from_json('{\"a\":1}', 'array<struct<a:int>>'); [{1}]",
        "from_json('{\"x\":1}', 'map<string,int>'); {x -> 1}",
        "json_array_length('[1, [2, 3]'); NULL",
        "json_object_keys('{\"a\":1,\"b\":}'); NULL",
        "schema_of_json('{\"a\":[1.5]}'); STRUCT<a: ARRAY<DOUBLE>>"
      })
  void textsAreDecodedAsSparkDecodesThem(String sql, String result) {
    assertThat(SqlTesting.show(sql)).isEqualTo(result);
  }
}
