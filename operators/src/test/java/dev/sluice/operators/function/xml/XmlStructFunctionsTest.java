package dev.sluice.operators.function.xml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.testing.SqlTesting;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** XML to structs and back. */
class XmlStructFunctionsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "<p id=\"7\"><a> 1 </a></p>; _id INT, a INT; {7, 1}",
        "<p><a x=\"1\">t</a></p>; a struct<_x:int,_VALUE:string>; {{1, t}}",
        "<p><a>1</a><a>x</a><a>3</a></p>; a array<int>; {[1, 3]}",
        "<p><a/></p>; a string; {}",
        "<p><a/></p>; a int; {null}",
        "<p><a><b>1</b>x</a></p>; a string; {<b>1</b>x}",
        "<p><n:a xmlns:n=\"u\">1</n:a></p>; `n:a` int; {1}",
        "<p><q>1</q></p>; xs_any string; {<q>1</q>}",
        "<p><a>x</a><b>2</b></p>; a int, b int; {null, 2}",
        "<p><a>1</a>; a int, _corrupt_record string; {null, <p><a>1</a>}",
        "<p><a><![CDATA[1 < 2]]></a></p>; a string; {1 < 2}",
        "no xml; a int; {null}"
      })
  void elementsAreDecodedByName(String xml, String schema, String result) {
    assertThat(SqlTesting.show("from_xml('" + xml + "', '" + schema + "')")).isEqualTo(result);
  }

  @Test
  void entitiesAreNeverExpanded() {
    String bomb = "<!DOCTYPE p [<!ENTITY e \"1\"><!ENTITY f SYSTEM \"file:///etc/passwd\">]>";
    assertThat(SqlTesting.show("from_xml('" + bomb + "<p><a>&f;</a></p>', 'a string')"))
        .isIn("{null}", "{}");
  }

  @Test
  void depthIsBounded() {
    assertThat(
            SqlTesting.show(
                "from_xml(repeat('<a>', 100000) || repeat('</a>', 100000), 'a string').a IS NULL"))
        .isEqualTo("true");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "named_struct('_x', 1, 'a', 'q<&\"')| <ROW x=\"1\">\\n    <a>q&lt;&amp;\"</a>\\n</ROW>",
        "named_struct('a', array(1, null, 2))| <ROW>\\n    <a>1</a>\\n    <a>2</a>\\n</ROW>",
        "named_struct('a', array(array(1)))|"
            + " <ROW>\\n    <a>\\n        <item>1</item>\\n    </a>\\n</ROW>",
        "named_struct('m', map('k', 1))| <ROW>\\n    <m>\\n        <k>1</k>\\n    </m>\\n</ROW>",
        "named_struct('_VALUE', 'x', '_a', 1)| <ROW a=\"1\">x</ROW>",
        "named_struct('a', CAST(NULL AS INT))| <ROW/>"
      })
  void structsAreWrittenAsElements(String struct, String xml) {
    assertThat(SqlTesting.show("to_xml(" + struct + ")")).isEqualTo(xml.replace("\\n", "\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "<p><b>x</b><a>1.5</a></p>; STRUCT<a: DOUBLE, b: STRING>",
        "<p><a>1</a><a>x</a></p>; STRUCT<a: ARRAY<STRING>>",
        "<p><a k=\"1\">2</a></p>; STRUCT<a: STRUCT<_VALUE: BIGINT, _k: BIGINT>>",
        "<p><a>true</a><b/></p>; STRUCT<a: BOOLEAN, b: STRING>"
      })
  void typesAreInferred(String xml, String type) {
    assertThat(SqlTesting.show("schema_of_xml('" + xml + "')")).isEqualTo(type);
  }
}
