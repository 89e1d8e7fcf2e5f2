package dev.sluice.connectors.avro;

import static dev.sluice.operators.testing.SqlTesting.eval;
import static dev.sluice.operators.testing.SqlTesting.problems;
import static dev.sluice.operators.testing.SqlTesting.query;
import static dev.sluice.operators.testing.SqlTesting.show;
import static dev.sluice.operators.testing.SqlTesting.type;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.EvaluationException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values are those that Spark gives. */
class AvroFunctionsTest {
  private static final String RECORD =
      "'{\"type\":\"record\",\"name\":\"r\",\"fields\":[{\"name\":\"u\",\"type\":\"int\"}]}'";
  private static final String WIDER =
      "'{\"type\":\"record\",\"name\":\"r\",\"fields\":[{\"name\":\"u\",\"type\":\"long\"},"
          + "{\"name\":\"w\",\"type\":\"string\",\"default\":\"dd\"}]}'";
  private static final String NODE =
      "'{\"type\":\"record\",\"name\":\"node\",\"fields\":[{\"name\":\"v\",\"type\":\"int\"},"
          + "{\"name\":\"n\",\"type\":[\"null\",\"node\"]}]}'";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "1 | 02",
        "named_struct('u', 2) | 04",
        "'abc' | 06616263",
        "1.25BD | 007D",
        "CAST(-1 AS DECIMAL(20, 3)) | FFFFFFFFFFFFFFFC18",
        "array(1, 2) | 04020400",
        "array(1, NULL) | 0400020200",
        "map('k', 1) | 02026B0200",
        "DATE'2020-01-01' | AC9D02",
        "TIMESTAMP'2020-01-01 00:00:00.123456' | 8089E19F98C2CD05",
        "true | 01",
        "1.5D | 000000000000F83F",
        "INTERVAL '1' SECOND | 80897A",
        "named_struct('a', CAST(NULL AS INT)) | 02",
        "NULL | NULL",
      })
  void writesBySchemasThatFollowFromTypes(String value, String hex) {
    assertThat(show("hex(to_avro(" + value + "))")).isEqualTo(hex);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "1 | [\"null\",\"int\"] | 0202",
        "1 | [\"int\",\"null\"] | 0002",
        "'b' | {\"type\":\"enum\",\"name\":\"e\",\"symbols\":[\"a\",\"b\"]} | 02",
        "X'0102' | {\"type\":\"fixed\",\"name\":\"e\",\"size\":2} | 0102",
        "TIMESTAMP'2020-01-01 00:00:00.123456' | \"long\" | F6A1B7E6EB5B",
        "DATE'2020-01-01' | \"int\" | AC9D02",
      })
  void writesByAGivenSchema(String value, String schema, String hex) {
    assertThat(show("hex(to_avro(" + value + ", '" + schema + "'))")).isEqualTo(hex);
  }

  @Test
  void callsOfOneValueWithOtherSchemasDiffer() {
    assertThat(
            query(
                "SELECT hex(to_avro(a)), hex(to_avro(a, '[\"null\",\"long\"]'))"
                    + " FROM VALUES (1L) AS v(a)"))
        .isEqualTo(List.of(List.of("02", "0202")));
    String symbols = "{\"type\":\"enum\",\"name\":\"e\",\"symbols\":[%s]}";
    assertThat(
            query(
                "SELECT from_avro(a, '"
                    + symbols.formatted("\"x\",\"y\"")
                    + "'), from_avro(a, '"
                    + symbols.formatted("\"y\",\"x\"")
                    + "') FROM VALUES (X'00') AS v(a)"))
        .isEqualTo(List.of(List.of("x", "y")));
    String day = "'{\"type\":\"int\",\"logicalType\":\"date\"}'";
    assertThat(
            query(
                "SELECT from_avro(a, %1$s) = from_avro(a, %1$s, map('%2$s', 'LEGACY'))"
                        .formatted(day, "datetimeRebaseMode")
                    + " FROM VALUES (X'FFFF7F') AS v(a)"))
        .isEqualTo(List.of(List.of(false)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "1 | \"long\"",
        "1L | \"int\"",
        "1 | [\"string\",\"int\"]",
        "'a' | \"bytes\"",
        "1F | \"double\"",
        "1.25BD | {\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":5,\"scale\":1}",
        "1 | x",
      })
  void refusesASchemaThatDoesNotFit(String value, String schema) {
    assertThat(problems("to_avro(" + value + ", '" + schema + "')", Schema.EMPTY))
        .singleElement()
        .asString()
        .contains("error[avro-incompatible-schema]: 'to_avro' cannot use that schema");
  }

  @Test
  void columnsThatMayBeNullAreWrittenAsUnions() {
    Schema schema = Schema.of(new Field("x", AtomicType.INT));
    ColumnBuilder x = ColumnBuilder.of(AtomicType.INT, 2);
    x.appendValue(1);
    x.appendNull();
    Batch batch = new Batch(schema, List.of(x.build()), 2);

    assertThat(eval("hex(to_avro(x))", batch)).containsExactly("0002", null);
    assertThat(eval("hex(to_avro(struct(x)))", batch)).containsExactly("0002", "02");
    assertThat(eval("from_avro(to_avro(x), '[\"int\",\"null\"]')", batch)).containsExactly(1, null);
  }

  @Test
  void readsValues() {
    assertThat(show("from_avro(X'04', " + RECORD + ")")).isEqualTo("{2}");
    assertThat(type("from_avro(X'04', " + RECORD + ")")).isEqualTo("struct<u:int>");
    assertThat(show("from_avro(X'06414243', '\"string\"')")).isEqualTo("ABC");
    assertThat(show("from_avro(CAST(NULL AS BINARY), " + RECORD + ")")).isEqualTo("NULL");
    assertThat(show("from_avro(X'04', " + RECORD + ", map('avroSchema', " + WIDER + "))"))
        .isEqualTo("{2, dd}");
    assertThat(
            show("from_avro(X'0202040206000000', " + NODE + ", map('recursiveFieldMaxDepth','2'))"))
        .isEqualTo("{1, {2}}");
  }

  @Test
  void aLengthThatDamageMadeUpTakesNoMemory() {
    String value = "from_avro(X'80d0acf30e', '\"string\"'";

    assertThatThrownBy(() -> eval(value + ")")).hasMessageContaining("2000000000 exceeds");
    assertThat(show(value + ", map('mode', 'PERMISSIVE'))")).isEqualTo("NULL");
    assertThat(show("from_avro(X'80d0acf30e', '\"bytes\"', map('mode', 'PERMISSIVE'))"))
        .isEqualTo("NULL");
  }

  @Test
  void whatCannotBeReadEndsTheQueryOrIsNulls() {
    assertThatThrownBy(() -> eval("from_avro(X'', " + RECORD + ")"))
        .isInstanceOf(EvaluationException.class)
        .hasMessageContaining("malformed Avro in FAILFAST mode");
    assertThat(show("from_avro(X'', " + RECORD + ", map('mode', 'PERMISSIVE'))"))
        .isEqualTo("{null}");
    assertThat(show("from_avro(X'', '\"int\"', map('mode', 'permissive'))")).isEqualTo("NULL");
    assertThat(
            problems("from_avro(X'', " + RECORD + ", map('mode', 'DROPMALFORMED'))", Schema.EMPTY))
        .singleElement()
        .asString()
        .contains("error[parse-mode-unsupported]");
  }

  @Test
  void tellsTheTypeOfASchema() {
    assertThat(eval("schema_of_avro(" + RECORD + ")")).isEqualTo("STRUCT<u: INT NOT NULL>");
    assertThat(eval("schema_of_avro('{\"type\":\"array\",\"items\":[\"null\",\"int\"]}')"))
        .isEqualTo("ARRAY<INT>");
    assertThat(
            eval(
                "schema_of_avro('[\"int\",\"string\"]',"
                    + " map('enableStableIdentifiersForUnionType', 'true'))"))
        .isEqualTo("STRUCT<member_int: INT, member_string: STRING>");
    assertThat(eval("schema_of_avro(" + NODE + ", map('recursiveFieldMaxDepth', '1'))"))
        .isEqualTo("STRUCT<v: INT NOT NULL>");
    assertThat(problems("schema_of_avro(" + NODE + ")", Schema.EMPTY))
        .singleElement()
        .asString()
        .contains("the record 'node' holds itself");
  }

  @Test
  void aSchemaMustBeConstant() {
    Schema schema = Schema.of(new Field("s", AtomicType.STRING));
    assertThat(problems("from_avro(X'04', s)", schema))
        .singleElement()
        .asString()
        .contains("the schema of 'from_avro' must be a constant text");
  }
}
