package dev.sluice.connectors.jdbc.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Types;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers and names are those that the drivers tell. */
class ColumnTypesTest {
  @ParameterizedTest
  @CsvSource({
    "-155, datetimeoffset, GENERIC, true",
    "-101, TIMESTAMP(6) WITH TIME ZONE, GENERIC, true",
    "-102, TIMESTAMP(6) WITH LOCAL TIME ZONE, GENERIC, true",
    "93, TIMESTAMP(6), GENERIC, false",
    "93, datetime2, GENERIC, false",
    "93, timestamptz, POSTGRESQL, true",
    "93, timestamp, POSTGRESQL, false",
    "93, TIMESTAMP, MYSQL, true",
    "93, DATETIME, MYSQL, false"
  })
  void pointsInTimeAreToldByTheNamesOfTheirTypes(
      int code, String name, Dialect dialect, boolean zoned) {
    assertThat(ColumnTypes.isZoned(code, name, dialect)).isEqualTo(zoned);
    assertThat(ColumnTypes.isZoned(Types.TIMESTAMP_WITH_TIMEZONE, "any", dialect)).isTrue();
  }
}
