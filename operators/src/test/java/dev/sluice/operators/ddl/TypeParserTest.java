package dev.sluice.operators.ddl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TypeParserTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "INT|int",
        "long|bigint",
        "Decimal(10,2)|decimal(10,2)",
        "dec|decimal(10,0)",
        "numeric(5)|decimal(5,0)",
        "varchar(10)|string",
        "timestamp without time zone|timestamp_ntz",
        "array<array<int>>|array<array<int>>",
        "map<string, struct<a: int, `b c` : date>>|map<string,struct<a:int,b c:date>>",
        "interval day to second|interval day to second",
        "interval year|interval year",
        "struct<>|struct<>"
      })
  void readsTypesInAnyCase(String text, String catalog) {
    assertThat(TypeParser.parseType(text).catalogString()).isEqualTo(catalog);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "itn",
        "decimal(39,2)",
        "decimal(2,3)",
        "array",
        "array<int",
        "map<int>",
        "int int",
        "",
        "char"
      })
  void refusesWhatIsNoType(String text) {
    assertThatThrownBy(() -> TypeParser.parseType(text)).isInstanceOf(SqlSyntaxException.class);
  }

  @Test
  void suggestsTheNearestType() {
    assertThatThrownBy(() -> TypeParser.parseType("strng"))
        .hasMessageContaining("did you mean 'string'?");
  }

  @Test
  void readsSchemasAsDdlWritesThem() {
    String ddl = "a INT NOT NULL, `b c` STRUCT<x: INT, y: ARRAY<STRING>>, d DECIMAL(10,2)";
    assertThat(TypeParser.parseSchema(ddl).ddl()).isEqualTo(ddl);
    assertThat(TypeParser.parseSchema("struct<a: int>").names()).containsExactly("a");
    assertThat(TypeParser.parseSchema("a INT COMMENT 'first', b STRING").size()).isEqualTo(2);
  }

  @Test
  void refusesTypesThatNestWithoutEnd() {
    assertThatThrownBy(() -> TypeParser.parseType("array<".repeat(100_000)))
        .isInstanceOf(SqlSyntaxException.class)
        .hasMessageContaining("nested deeper");
  }
}
