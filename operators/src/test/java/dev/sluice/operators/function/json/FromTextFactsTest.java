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
  void emptyLineIsMalformedUnderFailfast() {
    assertThatThrownBy(() -> eval("from_csv('', 'a INT', map('mode', 'FAILFAST'))"))
        .hasMessageContaining("the text holds no record");
  }
}
