package dev.sluice.operators.function.text;

import static dev.sluice.operators.testing.SqlTesting.eval;
import static dev.sluice.operators.testing.SqlTesting.problems;
import static dev.sluice.operators.testing.SqlTesting.show;
import static dev.sluice.operators.testing.SqlTesting.type;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.EvaluationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FormattedTextTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "-454; S000; -454",
        "00,454.8-; 00,000.9MI; -454.8",
        "<454>; 999PR; -454",
        "$78.12; $99.99; 78.12",
        ".0; 99.99; 0.00",
        "34,50; 999,99; 3450"
      })
  void numbersAreReadByTheirFormat(String text, String format, String number) {
    assertThat(show("to_number('" + text + "', '" + format + "')")).isEqualTo(number);
  }

  @ParameterizedTest
  @CsvSource({"123456, '999G999'", "1, '00'", "1a, 99", "12, '$99'"})
  void textsThatDoNotMatchFailOrAreNull(String text, String format) {
    assertThatThrownBy(() -> eval("to_number('" + text + "', '" + format + "')"))
        .isInstanceOf(EvaluationException.class)
        .hasMessageContaining("does not match");
    assertThat(eval("try_to_number('" + text + "', '" + format + "')")).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "999G", ",999", "9.9,9", "9$9", "9S9", "SS9", "x", "S", "9..9", "PR9"})
  void formatsThatCannotBeAreFoundBeforeAnyDataMoves(String format) {
    assertThat(problems("to_number('1', '" + format + "')", Schema.EMPTY))
        .singleElement()
        .asString()
        .contains("number format");
  }

  @Test
  void theFormatGivesTheTypeOfTheNumber() {
    assertThat(type("to_number('1', '99,999.9S')")).isEqualTo("decimal(6,1)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "12454.8; 99,999.9S; 12,454.8+",
        "-12454.8; 99G999D9S; 12,454.8-",
        "454; 00000; 00454",
        "1454; 999; ###",
        "-454; 999PR; <454>"
      })
  void numbersAreWrittenByTheirFormat(String number, String format, String text) {
    assertThat(show("to_char(" + number + ", '" + format + "')")).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a?", "abcde", "abcd=", "a===", "ab==f"})
  void base64IsReadStrictly(String text) {
    assertThatThrownBy(() -> eval("to_binary('" + text + "', 'base64')"))
        .isInstanceOf(EvaluationException.class);
    assertThat(eval("try_to_binary('" + text + "', 'base64')")).isNull();
  }

  @Test
  void partsOfUrlsAreFound() {
    String url = "'http://me@example.org:80/p%20q?a=1&b=2#end'";
    assertThat(show("parse_url(" + url + ", 'AUTHORITY')")).isEqualTo("me@example.org:80");
    assertThat(show("parse_url(" + url + ", 'FILE')")).isEqualTo("/p%20q?a=1&b=2");
    assertThat(show("parse_url(" + url + ", 'QUERY', 'b')")).isEqualTo("2");
    assertThat(eval("parse_url(" + url + ", 'HOST', 'b')")).isNull();
    assertThat(eval("try_parse_url('a b', 'HOST')")).isNull();
    assertThatThrownBy(() -> eval("parse_url('a b', 'HOST')")).hasMessageContaining("no URL");
  }

  @Test
  void whatIsEncryptedComesBack() {
    for (String mode : new String[] {"GCM", "CBC", "ECB"}) {
      String key = "'0000111122223333', '" + mode + "'";
      assertThat(show("string(aes_decrypt(aes_encrypt('Spark', " + key + "), " + key + "))"))
          .isEqualTo("Spark");
    }
    assertThat(eval("try_aes_decrypt(x'00', '0000111122223333')")).isNull();
  }

  @Test
  void decodeTreatsNullsAsEqual() {
    assertThat(show("decode(NULL, 6, 'a', NULL, 'b')")).isEqualTo("b");
    assertThat(eval("decode(2, 1, 'a')")).isNull();
  }
}
