package dev.sluice.operators.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.operators.testing.SqlTesting;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpecialTimesTest {
  private static final long NOW = 1_700_000_000_000_000L; // 2023-11-14 22:13:20 UTC

  @ParameterizedTest
  @CsvSource({
    "epoch, 1970-01-01 00:00:00",
    "now, 2023-11-14 22:13:20",
    "' Today ', 2023-11-14 00:00:00",
    "TOMORROW, 2023-11-15 00:00:00",
    "yesterday, 2023-11-13 00:00:00",
    "today Asia/Tokyo, 2023-11-14 15:00:00"
  })
  void wordsStandForTimes(String text, String shown) {
    assertThat(
            DateTimes.formatTimestamp(
                SpecialTimes.timestamp(text, ZoneOffset.UTC, NOW), ZoneOffset.UTC))
        .isEqualTo(shown);
  }

  @Test
  void otherWordsDoNot() {
    assertThat(SpecialTimes.timestamp("soon", ZoneOffset.UTC, NOW)).isEqualTo(DateTimes.INVALID);
    assertThat(SpecialTimes.timestamp("now Mars", ZoneOffset.UTC, NOW))
        .isEqualTo(DateTimes.INVALID);
    assertThat(SpecialTimes.date("", ZoneOffset.UTC, NOW)).isEqualTo(DateTimes.INVALID_DATE);
  }

  @Test
  void theDayIsThatOfTheZone() {
    assertThat(DateTimes.formatDate(SpecialTimes.date("now", ZoneId.of("Asia/Tokyo"), NOW)))
        .isEqualTo("2023-11-15");
  }

  @Test
  void literalsAndConstantCastsKnowTheWordsAndColumnsDoNot() {
    assertThat(SqlTesting.show("DATE 'epoch'")).isEqualTo("1970-01-01");
    assertThat(SqlTesting.show("datediff(date 'tomorrow', date 'yesterday')")).isEqualTo("2");
    assertThat(SqlTesting.show("CAST('epoch' AS DATE)")).isEqualTo("1970-01-01");
    assertThatThrownBy(
            () -> SqlTesting.eval("transform(array(uuid()), x -> DATE(replace(x, x, 'epoch')))"))
        .hasMessageContaining("'epoch'");
  }
}
