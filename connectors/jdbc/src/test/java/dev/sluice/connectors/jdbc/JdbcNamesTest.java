package dev.sluice.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.component.Options;
import dev.sluice.operators.diagnostics.Problems;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses and names of tables. */
class JdbcNamesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "jdbc:h2:mem:x;INIT=RUNSCRIPT FROM 'x' | INIT",
        "jdbc:h2:mem:x;IN\\IT=RUNSCRIPT FROM 'x' | INIT",
        "jdbc:h2:mem:x;DATABASE_EVENT_LISTENER='x.Y' | DATABASE_EVENT_LISTENER",
        "jdbc:mysql://h/d?autoDeserialize=true | autoDeserialize",
        "jdbc:mysql://h/d?%61utoDeserialize=true | autoDeserialize",
        "jdbc:mysql://h/d?%2561utoDeserialize=true | autoDeserialize",
        "jdbc:mysql://(host=h,autoDeserialize=true)/d | autoDeserialize",
        "jdbc:mysql://address=(host=h)(autoDeserialize=true)/d | autoDeserialize",
        "jdbc:mysql://h/d?propertiesTransform=x.Y | propertiesTransform",
        "jdbc:sqlserver://h;socketFactoryClass=x.Y | socketFactoryClass",
        "jdbc:db2://h:1/d:clientRerouteServerListJNDIName=x; | clientRerouteServerListJNDIName",
        "jdbc:postgresql://h/d?ssl=true&socketFactory=x.Y | socketFactory",
        "jdbc:postgresql://h/d?service=mine | service",
        "jdbc:postgresql://h/d?whatIsNew=1 | whatIsNew",
        "jdbc:postgresql://h/d?%75ser=me | %75ser",
        "jdbc:mariadb://h/d?useSsl=true&ALLOWLOCALINFILE=1 | ALLOWLOCALINFILE",
        "jdbc:mariadb://h/d?initSql=DROP TABLE x | initSql",
        "jdbc:sqlite:x.db?enable_load_extension=true | enable_load_extension",
        "jdbc:sqlite:file:x.db?vfs=mine | vfs",
        "jdbc:sqlite::resource:http://h/x.db | :resource:"
      })
  void addressesThatRunCodeAreFound(String url, String parameter) {
    assertThat(JdbcUrl.danger(url)).contains(parameter);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://h/d?ssl=true&ApplicationName=x%20y&options=-c%20search_path=a,b",
        "jdbc:mariadb://h:1,h2:2/d?user=a&sessionVariables=sql_mode='ANSI_QUOTES,TIME'",
        "jdbc:mariadb://address=(host=h)(port=1)(type=primary)/d",
        "jdbc:sqlite:file:x.db?mode=ro&busy_timeout=5000",
        "jdbc:h2:mem:x;DB_CLOSE_DELAY=-1",
        "jdbc:h2:mem:init",
        "jdbc:sqlserver://h:1;databaseName=d;encrypt=true",
        "jdbc:mysql://h/d?useSSL=100%"
      })
  void othersMayStand(String url) {
    assertThat(JdbcUrl.danger(url)).isEmpty();
  }

  /** What a new release of a driver brings must be looked at. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "jdbc:postgresql://h/d | PGDBNAME PGHOST PGPORT service sspiServiceClass",
        "jdbc:mariadb://h/d | ",
        "jdbc:sqlite:x.db | temp_store_directory"
      })
  void everyParameterOfOurDriversIsKnown(String url, @Nullable String refused) throws SQLException {
    List<String> unknown = new ArrayList<>();
    for (DriverPropertyInfo info :
        DriverManager.getDriver(url).getPropertyInfo(url, new Properties())) {
      if (!JdbcParameters.isDangerous(info.name)
          && !JdbcParameters.isHarmless(JdbcUrl.database(url), info.name)) {
        unknown.add(info.name);
      }
    }
    assertThat(unknown)
        .containsExactlyInAnyOrderElementsOf(
            refused == null ? List.of() : List.of(refused.split(" ")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "jdbc:postgresql://me:secret@h:5432/d?password=x | jdbc:postgresql://h:5432/d",
        "jdbc:postgresql://h/d?user=a@b&password=x@y | jdbc:postgresql://h/d",
        "jdbc:postgresql://me:sec?ret@h/d | jdbc:postgresql:...",
        "jdbc:postgresql://[::1]:5432,h2/d | jdbc:postgresql://[::1]:5432,h2/d",
        "jdbc:mariadb:replication://h:1,h2:2/d | jdbc:mariadb:replication://h:1,h2:2/d",
        "jdbc:mysql://address=(host=h)(user=u)(password=p)/d | jdbc:mysql:...",
        "jdbc:mysql://(host=h,password=p@x)/d | jdbc:mysql:...",
        "jdbc:oracle:thin:scott/tiger@host:1521:x | jdbc:oracle:@host:1521:x",
        "jdbc:oracle:thin:@//host:1521/x | jdbc:oracle:thin:@//host:1521/x",
        "jdbc:oracle:thin:scott/tiger | jdbc:oracle:...",
        "jdbc:sqlserver://h\\i:1433;password=y | jdbc:sqlserver://h\\i:1433",
        "jdbc:h2:mem:x;PASSWORD=y | jdbc:h2:mem:x",
        "jdbc:sqlite:/a b/c@d.db?password=x | jdbc:sqlite:/a b/c@d.db",
        "postgresql://me:secret@h/d | postgresql://h/d",
        "localhost:5432/shop | localhost:5432/shop"
      })
  void anAddressIsShownWithoutCredentials(String url, String shown) {
    assertThat(JdbcUrl.shown(url)).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "jdbc:postgresql://h/d?user=app&password=ge:he,im%21&ssl=true | ge:he,im%21 ge:he,im!",
        "jdbc:postgresql://h/d?sslpassword=one&user=a&PASSWORD=two | one two",
        "jdbc:postgresql://me:sec@h/d | sec",
        "jdbc:oracle:thin:scott/tiger@host:1521:x | tiger",
        "jdbc:sqlserver://h\\i:1433;user=a;password=y/z | y/z",
        "jdbc:h2:mem:x;PASSWORD=y | y",
        "jdbc:mariadb://h/d?user=a&timezone=UTC | ",
        "jdbc:sqlite:/a b/c@d.db | ",
        "jdbc:oracle:thin:@//host:1521/x | "
      })
  void thePasswordsInAnAddressAreFound(String url, @Nullable String passwords) {
    assertThat(JdbcUrl.secrets(url))
        .isEqualTo(passwords == null ? List.of() : List.of(passwords.split(" ")));
  }

  @ParameterizedTest
  @CsvSource({
    "jdbc:postgres://h/d, jdbc:postgresql:",
    "jdbc:pgsql://h/d, jdbc:postgresql:",
    "jdbc:mssql://h, jdbc:sqlserver:",
    "jdbc:mysq://h/d, jdbc:mysql:",
    "jdbc:edb://h/d, ",
    "jdbc:as400://h, ",
    "jdbc:hive2://h, ",
    "jdbc:ignite:thin://h, "
  })
  void aSlipInTheNameOfADatabaseIsFound(String url, @Nullable String meant) {
    JdbcSinkType type = new JdbcSinkType();
    Problems problems = new Problems();
    type.check(Options.of(type.options(), Map.of("url", url, "dbtable", "t")), problems);
    if (meant == null) {
      assertThat(problems.all()).isEmpty();
    } else {
      assertThat(problems.all()).singleElement().asString().contains("did you mean '" + meant);
    }
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
