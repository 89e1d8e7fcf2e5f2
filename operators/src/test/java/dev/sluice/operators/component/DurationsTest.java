package dev.sluice.operators.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurationsTest {
  @ParameterizedTest
  @CsvSource({
    "7d, 604800000",
    "100ms, 100",
    "1500, 1500",
    "10 minutes, 600000",
    "INTERVAL 1 HOUR, 3600000",
    "INTERVAL '1 hour 30 minutes', 5400000",
    "1.001 seconds, 1001",
    "0.29 s, 290",
    "9223372036854775807, 9223372036854775807",
    "-1 s, -1000",
    "1500 us, 1"
  })
  void millisecondsAreExact(String text, long millis) {
    assertThat(Durations.millis(text)).isEqualTo(millis);
  }

  @Test
  void rejectsWhatIsNoLengthOfTime() {
    for (String text :
        new String[] {"", "soon", "1 fortnight", "1 s later", "9223372036854775808"}) {
      assertThatThrownBy(() -> Durations.millis(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(text);
    }
  }
}
