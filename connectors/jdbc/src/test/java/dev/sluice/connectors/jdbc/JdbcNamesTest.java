package dev.sluice.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses and names of tables. */
class JdbcNamesTest {
  @ParameterizedTest
  @CsvSource({
    "jdbc:h2:mem:x;INIT=RUNSCRIPT FROM 'x', INIT",
    "jdbc:mysql://h/d?autoDeserialize=true, autoDeserialize",
    "jdbc:postgresql://h/d?ssl=true&socketFactory=x.Y, socketFactory",
    "jdbc:mariadb://h/d?useSsl=true&ALLOWLOCALINFILE=1, ALLOWLOCALINFILE"
  })
  void addressesThatRunCodeAreFound(String url, String parameter) {
    assertThat(JdbcUrl.danger(url)).contains(parameter);
  }

  @Test
  void anAddressIsShownWithoutCredentials() {
    assertThat(JdbcUrl.shown("jdbc:postgresql://me:secret@h:5432/d?password=x"))
        .isEqualTo("jdbc:postgresql://h:5432/d");
    assertThat(JdbcUrl.shown("jdbc:h2:mem:x;PASSWORD=y")).isEqualTo("jdbc:h2:mem:x");
    assertThat(JdbcUrl.danger("jdbc:postgresql://h/d?ssl=true")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {"orders, orders", "shop.orders, shop.orders", "shop.\"My \"\"x\", shop.[My \"x]"})
  void namesKeepTheirParts(String text, String sql) {
    assertThat(TableName.parse(text)).map(name -> name.sql(part -> "[" + part + "]")).contains(sql);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a;b", "a.", ".a", "\"a", "a\"b", "1a", "a.b.c.d", "a--"})
  void otherTextsAreNoNames(String text) {
    assertThat(TableName.parse(text)).isEmpty();
  }
}
