package dev.sluice.operators.function.json;

import static dev.sluice.operators.testing.SqlTesting.eval;
import static dev.sluice.operators.testing.SqlTesting.show;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** What texts become: facts of Spark 4.1.3. */
class FromTextFactsTest {
  @Test
  void arrayIsNoStruct() {
    assertThat(show("from_json('[{\"a\":1}]', 'a INT')")).isEqualTo("{null}");
    assertThat(show("from_json('[{\"a\":1}]', 'a INT, _corrupt_record STRING')"))
        .isEqualTo("{null, [{\"a\":1}]}");
    assertThatThrownBy(() -> eval("from_json('[]', 'a INT', map('mode', 'FAILFAST'))"))
        .hasMessageContaining("FAILFAST");
  }

  @Test
  void structIsAnArrayOfOneUnlessItIsMalformed() {
    assertThat(show("from_json('{\"a\":1}', 'ARRAY<STRUCT<a: INT>>')")).isEqualTo("[{1}]");
    assertThat(show("from_json('{\"a\":\"x\"}', 'ARRAY<STRUCT<a: INT>>')")).isEqualTo("[{null}]");
    assertThat(show("from_json('{\"a\":01}', 'ARRAY<STRUCT<a: INT>>')")).isEqualTo("NULL");
  }

  @Test
  void numbersWithFractionsAreTextsAsDoublesPrint() {
    assertThat(show("from_json('{\"a\":1e3,\"b\":NaN,\"c\":10}', 'a STRING, b STRING, c STRING')"))
        .isEqualTo("{1000.0, \"NaN\", 10}");
    assertThat(show("from_json('{\"a\": {\"b\" : 1e3, \"c\": [1.50, 1e400]}}', 'a STRING')"))
        .isEqualTo("{{\"b\":1000.0,\"c\":[1.5,\"Infinity\"]}}");
  }

  @Test
  void nothingIsReadByAPatternThatIsNone() {
    assertThat(show("from_csv('2024,1', 't DATE, n INT', map('dateFormat', 'QQ'))"))
        .isEqualTo("{null, 1}");
    assertThat(show("from_json('{\"t\":\"2024\"}', 't TIMESTAMP', map('timestampFormat', 'b'))"))
        .isEqualTo("{null}");
    assertThat(show("from_csv('1', 'n INT', map('timestampFormat', 'b'))")).isEqualTo("{1}");
    for (String refused :
        new String[] {
          "from_json('{}', 't DATE', map('dateFormat', 'YYYY'))",
          "schema_of_json('{\"t\":\"1\"}', map('timestampFormat', 'b'))",
          "schema_of_csv('1', map('dateFormat', 'YYYY'))",
        }) {
      assertThatThrownBy(() -> eval(refused)).as(refused).isInstanceOf(RuntimeException.class);
    }
  }

  @Test
  void emptyLineIsMalformedUnderFailfast() {
    assertThatThrownBy(() -> eval("from_csv('', 'a INT', map('mode', 'FAILFAST'))"))
        .hasMessageContaining("the text holds no record");
  }
}
