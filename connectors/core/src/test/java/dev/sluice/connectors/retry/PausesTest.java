package dev.sluice.connectors.retry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.Retried;
import dev.sluice.operators.io.RetryTally;
import org.junit.jupiter.api.Test;

class PausesTest {
  private final RetryTally tally = new RetryTally();
  private long millis;

  private final Clock clock =
      new Clock() {
        @Override
        public long millis() {
          return millis;
        }

        @Override
        public long nanos() {
          return millis * 1_000_000;
        }

        @Override
        public void sleep(long length) {
          millis += length;
        }
      };

  @Test
  void growUntilAnAnswerComes() {
    Pauses pauses = new Pauses(RetryPolicy.times(100, 100, 1_000), clock, tally);
    long[] shortest = {75, 150, 300, 600, 750, 750};
    for (int i = 0; i < shortest.length; i++) {
      assertThat(pauses.failed()).isTrue();
      assertThat(pauses.isFirst()).isEqualTo(i == 0);
      assertThat(pauses.next("gone")).isBetween(shortest[i], shortest[i] * 4 / 3);
    }
    pauses.succeeded();
    assertThat(pauses.failed()).isTrue();
    assertThat(pauses.isFirst()).isTrue();
    assertThat(pauses.next("gone again")).isBetween(75L, 100L);
    assertThat(tally.retried()).isEqualTo(new Retried(7, "gone again"));
  }

  @Test
  void endWhenTimeIsUpOrItFailedTooOften() {
    Pauses timed = new Pauses(RetryPolicy.within(1_000), clock, tally);
    assertThat(timed.failed()).isTrue();
    millis += 1_000;
    assertThat(timed.failed()).isTrue();
    millis++;
    assertThat(timed.failed()).isFalse();
    timed.succeeded();
    assertThat(timed.failed()).as("patience begins anew with an answer").isTrue();

    Pauses counted = new Pauses(RetryPolicy.times(2, 1, 1), clock, tally);
    assertThat(counted.failed()).isTrue();
    assertThat(counted.failed()).isTrue();
    assertThat(counted.failed()).isFalse();
  }
}
