package dev.sluice.operators.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.operators.data.Schema;
import dev.sluice.operators.testing.SqlTesting;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeWindowsTest {
  @Test
  void everyTimeIsInItsWindows() {
    TimeWindows windows = new TimeWindows(10, 4, 1);
    for (long time = -50; time < 50; time++) {
      long start = windows.lastStart(time);
      assertThat(start).isLessThanOrEqualTo(time);
      assertThat(time - start).isLessThan(4);
      assertThat(Math.floorMod(start - 1, 4)).isZero();
    }
    assertThat(windows.overlap()).isEqualTo(3);
    assertThat(windows.tumbling()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"0, 1, 0", "-5, 1, 0", "5, 0, 0", "5, 6, 0", "5, 5, 5", "5, 2, -2"})
  void refusesWhatSparkRefuses(long duration, long slide, long startTime) {
    assertThatThrownBy(() -> new TimeWindows(duration, slide, startTime))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "window(TIMESTAMP '1969-12-31 23:58:00', '5 minutes') |"
            + " {1969-12-31 23:55:00, 1970-01-01 00:00:00}",
        "window(TIMESTAMP '2021-01-01 00:06:00', '5 minutes') |"
            + " {2021-01-01 00:05:00, 2021-01-01 00:10:00}",
        "window('2021-01-01 00:06:00', '1 day', '1 day', '1 hour') |"
            + " {2020-12-31 01:00:00, 2021-01-01 01:00:00}",
        "window(TIMESTAMP_NTZ '2021-01-01 00:05:00', '5 minutes').end | 2021-01-01 00:10:00",
        "window(CAST(NULL AS TIMESTAMP), '5 minutes') | NULL",
        "window_time(window(TIMESTAMP '2021-01-01 00:06:00', '1 hour')) |"
            + " 2021-01-01 00:59:59.999999"
      })
  void windowsHoldTheirTime(String sql, String shown) {
    assertThat(SqlTesting.show(sql)).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "window(now(), '1 month') | months",
        "window(now(), INTERVAL '5' MINUTE) | are strings",
        "window(now(), 'soon') | soon",
        "window(now(), '0 seconds') | longer",
        "window(now(), '10 minutes', '5 minutes') | overlap"
      })
  void tellsWhatAWindowCannotBe(String sql, String word) {
    assertThat(SqlTesting.problems(sql, Schema.EMPTY)).singleElement().asString().contains(word);
  }
}
