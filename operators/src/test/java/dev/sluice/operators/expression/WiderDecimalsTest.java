package dev.sluice.operators.expression;

import static dev.sluice.operators.testing.SqlTesting.show;
import static dev.sluice.operators.testing.SqlTesting.type;
import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullMarked
class WiderDecimalsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "decimal(5,2);decimal(7,1);decimal(8,2)",
        "decimal(36,0);decimal(36,35);decimal(38,2)",
        "int;decimal(36,35);decimal(38,28)",
        "decimal(38,0);decimal(38,38);decimal(38,0)"
      })
  void digitsBeforeThePointCountMore(String a, String b, String common) {
    assertThat(type("coalesce(cast(0 as " + a + "), cast(0 as " + b + "))")).isEqualTo(common);
  }

  @Test
  void mapsOfSuchKeysAreZipped() {
    assertThat(
            show(
                "map_zip_with(map(cast(2 as decimal(36,0)), 1), map(cast(2 as decimal(36,35)), 3),"
                    + " (k, a, b) -> a + b)"))
        .isEqualTo("{2.00 -> 4}");
  }
}
