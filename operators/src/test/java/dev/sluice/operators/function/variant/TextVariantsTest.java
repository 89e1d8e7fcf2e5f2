package dev.sluice.operators.function.variant;

import static dev.sluice.operators.testing.SqlTesting.eval;
import static dev.sluice.operators.testing.SqlTesting.problems;
import static dev.sluice.operators.testing.SqlTesting.show;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.EvaluationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** VARIANT from the texts of CSV and XML, and XML from VARIANT. Facts are those of Spark 4.1.3. */
class TextVariantsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "0012;12;BIGINT",
        "+7;7;BIGINT",
        "-9223372036854775808;-9223372036854775808;BIGINT",
        "9223372036854775808;9223372036854775808;DECIMAL(19,0)",
        "1e3;1000;DECIMAL(4,0)",
        "1E-3;0.001;DECIMAL(3,3)",
        "1.50;1.5;DECIMAL(2,1)",
        ".5;0.5;DECIMAL(1,1)",
        "5.;5;DECIMAL(1,0)",
        "1,000;1000;DECIMAL(4,0)",
        "1e37;10000000000000000000000000000000000000;DECIMAL(38,0)",
        "1e38;\"1e38\";STRING",
        "1e-38;0.00000000000000000000000000000000000001;DECIMAL(38,38)",
        "1e-39;\"1e-39\";STRING",
        "1e999999999;\"1e999999999\";STRING",
        "1.00000000000000000000000000000000000000;\"1.00000000000000000000000000000000000000\";STRING",
        "0e9;0;DECIMAL(1,0)",
        "NaN;\"NaN\";STRING",
        "1d;\"1d\";STRING",
        " 2;\" 2\";STRING",
        "False;false;BOOLEAN",
        "yes;\"yes\";STRING",
        "2020-01-01;\"2020-01-01\";DATE",
        "2020-1-1;\"2020-01-01 00:00:00+00:00\";TIMESTAMP",
        "2020-01-01T10:00:00+01:00;\"2020-01-01 09:00:00+00:00\";TIMESTAMP",
        "2020-02-30;\"2020-02-30\";STRING",
        "{};\"{}\";STRING"
      })
  void fieldsOfCsvHaveTheNarrowestKind(String field, String json, String type) {
    String value = "from_csv('" + field + "', 'v VARIANT', map('sep', '|')).v";
    assertThat(show("to_json(" + value + ")")).isEqualTo(json);
    assertThat(show("schema_of_variant(" + value + ")")).isEqualTo(type);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "1.234,5; 1234.5",
        "1,5; 1.5",
        "1.5; 15",
        "1e3; \"1e3\"",
      })
  void decimalsAreThoseOfTheLocale(String field, String json) {
    assertThat(
            show(
                "to_json(from_csv('"
                    + field
                    + "', 'v VARIANT', map('sep', '|', 'locale', 'de-DE')).v)"))
        .isEqualTo(json);
  }

  @Test
  void lineOfCsvIsAnObject() {
    String single = "map('singleVariantColumn', 'v')";
    assertThat(show("to_json(from_csv('1, x,2.50', 'v VARIANT', " + single + "))"))
        .isEqualTo("{\"v\":{\"_c0\":1,\"_c1\":\" x\",\"_c2\":2.5}}");
    assertThat(show("to_json(from_csv('', 'v VARIANT', " + single + "))")).isEqualTo("{}");
    assertThat(
            show("to_json(from_csv('1,2', 'v VARIANT, _corrupt_record STRING', " + single + "))"))
        .isEqualTo("{\"v\":{\"_c0\":1,\"_c1\":2}}");
    assertThat(problems("from_csv('1', 'a INT, v VARIANT', " + single + ")", Schema.EMPTY))
        .singleElement()
        .asString()
        .contains("'v VARIANT', alone or with '_corrupt_record STRING'");
    assertThat(problems("from_csv('1', 'v ARRAY<VARIANT>')", Schema.EMPTY))
        .singleElement()
        .asString()
        .contains("reads no ARRAY<VARIANT>");
  }

  @Test
  void rowsHaveNoBearingOnEachOther() {
    assertThat(
            show(
                "transform(array('x', '1', 'true'),"
                    + " t -> schema_of_variant(from_csv(t, 'v VARIANT').v))"))
        .isEqualTo("[STRING, BIGINT, BOOLEAN]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "<p id=\"7\"><a>1</a><a>2</a><b k=\"v\">t</b><c/><e> y </e><f> </f></p>;"
            + " {\"_id\":7,\"a\":[1,2],\"b\":{\"_VALUE\":\"t\",\"_k\":\"v\"},\"c\":null,\"e\":\"y\",\"f\":null}",
        "<p> 5 </p>; 5",
        "<p/>; null",
        "<p> </p>; null",
        "<p a=\"1\" b=\"\"/>; {\"_a\":1,\"_b\":\"\"}",
        "<p>1<a>2</a>3</p>; {\"_VALUE\":[1,3],\"a\":2}",
        "<p>1<!-- c -->2</p>; 1",
        "<p><a>1e3</a><a>TRUE</a><a>2020-01-01</a><a>NaN</a><a/></p>;"
            + " {\"a\":[1000,true,\"2020-01-01\",\"NaN\",null]}",
        "<p><B>1</B><b>2</b></p>; {\"B\":[1,2]}",
        "<p k=\"1\"><_k>2</_k></p>; {\"_k\":[1,2]}",
        "<p><b><c>1</c><c>2</c></b><b><c>3</c></b></p>; {\"b\":[{\"c\":[1,2]},{\"c\":3}]}",
        "<n:p xmlns:n=\"u\"><n:a>1</n:a><m:a/></n:p>; {\"_xmlns:n\":\"u\",\"m:a\":null,\"n:a\":1}"
      })
  void elementsAreObjects(String xml, String json) {
    assertThat(show("to_json(from_xml('" + xml + "', 'variant'))")).isEqualTo(json);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "<p><a>1</a><b><c>2</c></b></p>; a int, b variant; {\"a\":1,\"b\":{\"c\":2}}",
        "<p><b k=\"1\">t</b><b>2</b></p>; b array<variant>; {\"b\":[{\"_VALUE\":\"t\",\"_k\":1},2]}",
        "<p k=\"5\"><b>1</b><b>2</b></p>; _k variant, b variant; {\"_k\":5,\"b\":2}",
        "<p><m><x>1</x><y/></m></p>; m map<string,variant>; {\"m\":{\"x\":1,\"y\":null}}",
        "<p><a>1</a>; a variant, _corrupt_record string; {\"_corrupt_record\":\"<p><a>1</a>\"}",
        "<p><a>x</a></p>; xs_any variant; {}"
      })
  void fieldsOfStructsTakeWhatStandsThere(String xml, String schema, String json) {
    assertThat(show("to_json(from_xml('" + xml + "', '" + schema + "'))")).isEqualTo(json);
  }

  @Test
  void wholeElementGoesIntoTheSingleColumn() {
    assertThat(
            show(
                "to_json(from_xml('<p><a>1</a></p>', 'v VARIANT', map('singleVariantColumn', 'v')))"))
        .isEqualTo("{\"v\":{\"a\":1}}");
    assertThat(
            show(
                "to_json(from_json('{\"a\":1}', 'w VARIANT, x INT',"
                    + " map('singleVariantColumn', 'v')))"))
        .isEqualTo("{\"w\":{\"a\":1}}");
  }

  @Test
  void thereIsNoValueForWhatIsNoXml() {
    assertThatThrownBy(() -> eval("from_xml('<p><a>1</a>', 'variant')"))
        .isInstanceOf(EvaluationException.class)
        .hasMessageContaining("it is no XML");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "parse_json('{\"x\":[1,null,{\"y\":2}],\"_k\":3,\"z\":\"\"}')|<ROW"
            + " k=\"3\">\\n    <x>1</x>\\n    <x/>\\n    <x>\\n        <y>2</y>\\n    </x>\\n"
            + "    <z></z>\\n</ROW>",
        "parse_json('[1,\"<\"]')|<ROW>1</ROW><ROW>&lt;</ROW>",
        "parse_json('null')|<ROW/>",
        "parse_json('{\"_k\":1,\"_VALUE\":\"t\"}')|<ROW k=\"1\">t</ROW>",
        "parse_json('{\"a\":[[1,2],[3]]}')|<ROW>\\n    <item>1</item>\\n    <item>2</item>\\n"
            + "    <item>3</item>\\n</ROW>",
        "parse_json('{\"_k\":{\"z\":1}}')|<ROW>\\n    <_k>\\n        <z>1</z>\\n    </_k>\\n</ROW>",
        "named_struct('_k', parse_json('\"v\"'), 'b', parse_json('[1,{\"c\":2.50}]'))|<ROW"
            + " k=\"v\">\\n    <b>1</b>\\n    <b>\\n        <c>2.5</c>\\n    </b>\\n</ROW>",
        "named_struct('a', CAST(timestamp'2020-01-01 10:00:00' AS VARIANT),"
            + " 'b', CAST(x'6162' AS VARIANT))|<ROW>\\n    <a>2020-01-01T10:00:00.000Z</a>\\n"
            + "    <b>YWI=</b>\\n</ROW>"
      })
  void variantsAreWrittenAsElements(String value, String xml) {
    assertThat(show("to_xml(" + value + ")")).isEqualTo(xml.replace("\\n", "\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "parse_json('{\"a><evil/><b\":1}')",
        "parse_json('{\"a b\":1}')",
        "parse_json('{\"x\":{\"1\":2}}')",
        "parse_json('{\"\":1}')",
        "parse_json('{\"_k=\\\\\"x\\\\\" on\":1}')",
        "named_struct('m', map('a><b', 1))",
        "named_struct('a b', 1)"
      })
  void namesThatCouldBeMarkupAreRefused(String value) {
    assertThatThrownBy(() -> show("to_xml(" + value + ")"))
        .isInstanceOf(EvaluationException.class)
        .hasMessageContaining("is no name of an XML element or attribute");
    assertThat(show("to_xml(" + value + ", map('validateName', 'false'))")).startsWith("<ROW");
  }

  @Test
  void namesOfOtherScriptsAreNames() {
    assertThat(show("to_xml(named_struct('\u540d', 1, 'a-b.c', 2, 'n:\u00e9', 3))"))
        .contains("<\u540d>1</\u540d>", "<a-b.c>", "<n:\u00e9>");
  }
}
