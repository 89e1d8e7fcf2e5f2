package dev.sluice.operators.function.datetime;

import static dev.sluice.operators.testing.SqlTesting.eval;
import static dev.sluice.operators.testing.SqlTesting.problems;
import static dev.sluice.operators.testing.SqlTesting.show;
import static dev.sluice.operators.testing.SqlTesting.type;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.testing.SqlTesting;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@NullMarked
class TimeOfDayTest {
  @ParameterizedTest
  @CsvSource({
    "0:0,00:00:00",
    "T10,10:00:00",
    "1:2:3,01:02:03",
    "23:59:59.999999999,23:59:59.999999",
    "12:00 AM,00:00:00",
    "12:00PM,12:00:00",
    "1:30:15.5 pm,13:30:15.5",
    "11:59 am,11:59:00"
  })
  void readsTheFormsOfSpark(String text, String time) {
    assertThat(show("CAST('" + text + "' AS TIME)")).isEqualTo(time);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "24:00",
        "10",
        "1:60",
        "10:00:60",
        "0:00 AM",
        "13:00 PM",
        "10:00Z",
        "10:00+01:00",
        "2020-01-01 10:00",
        "a:b"
      })
  void refusesWhatIsNoTime(String text) {
    assertThat(eval("TRY_CAST('" + text + "' AS TIME)")).isNull();
    assertThatThrownBy(() -> eval("CAST('" + text + "' AS TIME)"))
        .isInstanceOf(EvaluationException.class)
        .extracting(e -> ((EvaluationException) e).code())
        .isEqualTo("CAST_INVALID_INPUT");
  }

  @Test
  void cutsToItsPrecision() {
    assertThat(type("CAST('1:2:3.987654' AS TIME(3))")).isEqualTo("time(3)");
    assertThat(show("CAST('1:2:3.987654' AS TIME(3))")).isEqualTo("01:02:03.987");
    assertThat(show("CAST(CAST('1:2:3.987654' AS TIME(0)) AS TIME(6))")).isEqualTo("01:02:03");
    assertThat(type("coalesce(CAST('1:2' AS TIME(2)), CAST('1:2' AS TIME(4)))"))
        .isEqualTo("time(4)");
    assertThat(problems("CAST('1:2' AS TIME(7))", Schema.EMPTY))
        .singleElement()
        .asString()
        .contains("unsupported-time-precision");
  }

  @Test
  void isCastToSecondsButNotToDatesAndTimestamps() {
    assertThat(eval("CAST(TIME '00:01:52.9' AS TINYINT)")).isEqualTo(112);
    assertThat(eval("CAST(TIME '23:59:59' AS BIGINT)")).isEqualTo(86399L);
    assertThat(show("CAST(TIME '23:59:59.999' AS DECIMAL(8, 2))")).isEqualTo("86400.00");
    assertThat(eval("TRY_CAST(TIME '23:59:59' AS SMALLINT)")).isNull();
    for (String type : List.of("DATE", "TIMESTAMP", "TIMESTAMP_NTZ", "DOUBLE", "BOOLEAN")) {
      assertThat(problems("CAST(TIME '1:00' AS " + type + ")", Schema.EMPTY)).hasSize(1);
      assertThat(problems("CAST(CAST(NULL AS " + type + ") AS TIME)", Schema.EMPTY)).hasSize(1);
    }
  }

  @Test
  void movesWithinTheDay() {
    assertThat(show("TIME '10:00' + INTERVAL '1:30' HOUR TO MINUTE")).isEqualTo("11:30:00");
    assertThat(type("CAST('10:00' AS TIME(0)) + INTERVAL '1' HOUR")).isEqualTo("time(0)");
    assertThat(type("CAST('10:00' AS TIME(0)) - INTERVAL '1' SECOND")).isEqualTo("time(6)");
    assertThat(type("TIME '10:00' - TIME '9:00'")).isEqualTo("interval hour to second");
    assertThatThrownBy(() -> eval("TIME '23:00' + INTERVAL '1' HOUR"))
        .extracting(e -> ((EvaluationException) e).code())
        .isEqualTo("DATETIME_OVERFLOW");
    assertThatThrownBy(() -> eval("TIME '0:00' - INTERVAL '1' SECOND"))
        .isInstanceOf(EvaluationException.class);
  }

  @Test
  void comparesWithTexts() {
    assertThat(eval("TIME '10:00' = '10:00:00.0'")).isEqualTo(true);
    assertThat(eval("TIME '10:00' IN ('9:00', '10:00')")).isEqualTo(true);
  }

  @Test
  void unitsMayDifferRowByRow() {
    Batch batch =
        SqlTesting.batch(
            "u STRING, t BIGINT",
            List.of(
                Arrays.asList("hour", 1L), Arrays.asList("MINUTE", 2L), Arrays.asList(null, 3L)));
    assertThat(eval("time_diff(u, TIME '10:00', TIME '11:30')", batch))
        .containsExactly(1L, 90L, null);
    assertThatThrownBy(() -> eval("time_trunc('MS', TIME '10:00')"))
        .extracting(e -> ((EvaluationException) e).code())
        .isEqualTo("INVALID_PARAMETER_VALUE.TIME_UNIT");
  }

  @Test
  void goesThroughJsonAndCsvAsText() {
    assertThat(show("to_json(struct(TIME '10:00:00.5' AS t))")).isEqualTo("{\"t\":\"10:00:00.5\"}");
    assertThat(show("from_json('{\"t\":\"10:00:00.5\"}', 't TIME(0)').t")).isEqualTo("10:00:00");
    assertThat(show("from_csv(to_csv(struct(TIME '10:00' AS t)), 't TIME').t"))
        .isEqualTo("10:00:00");
  }

  @Test
  void makesTimestampsOfDatesAndTimes() {
    assertThat(show("make_timestamp(DATE'2014-12-28', TIME'6:30:45.887', 'CET')"))
        .isEqualTo("2014-12-28 05:30:45.887");
    assertThat(show("make_timestamp_ntz(DATE'2014-12-28', TIME'6:30')"))
        .isEqualTo("2014-12-28 06:30:00");
    assertThat(eval("try_make_timestamp_ltz(NULL, TIME'6:30')")).isNull();
    assertThat(problems("make_timestamp('2014-12-28', TIME'6:30')", Schema.EMPTY)).hasSize(1);
  }
}
