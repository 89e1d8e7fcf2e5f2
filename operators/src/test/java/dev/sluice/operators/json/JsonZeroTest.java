package dev.sluice.operators.json;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class JsonZeroTest {
  @Test
  void keepsTheSignOfZero() {
    assertThat(Json.write(Json.parse("[-0.0, 0.0, -0.5]"))).isEqualTo("[-0.0,0.0,-0.5]");
  }
}
