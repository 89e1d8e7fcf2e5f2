package dev.sluice.connectors.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.retry.Retries.Passing;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.Retried;
import dev.sluice.operators.io.RetryTally;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RetriesTest {
  private final List<Long> waits = new ArrayList<>();
  private final RetryTally tally = new RetryTally();
  private boolean interrupted;
  private int attempts;

  private final Clock clock =
      new Clock() {
        private long millis;

        @Override
        public long millis() {
          return millis;
        }

        @Override
        public long nanos() {
          return millis * 1_000_000;
        }

        @Override
        public void sleep(long length) throws InterruptedException {
          if (interrupted) {
            throw new InterruptedException();
          }
          millis += length;
          waits.add(length);
        }
      };

  private String call(RetryPolicy policy, double chance, int failures) throws IOException {
    return new Retries(policy, clock, () -> chance, tally)
        .call(
            "asking",
            () -> {
              if (attempts++ < failures) {
                throw new IOException("busy " + attempts);
              }
              return "answer";
            },
            e -> Optional.of(new Passing(String.valueOf(e.getMessage()))));
  }

  @Test
  void waitsTwiceAsLongEachTimeUpToTheLongest() throws IOException {
    assertThat(call(RetryPolicy.times(9, 100, 500), 0, 5)).isEqualTo("answer");
    assertThat(waits).containsExactly(100L, 200L, 400L, 500L, 500L);
    assertThat(tally.retried()).isEqualTo(new Retried(5, "busy 5"));
  }

  @Test
  void leavesAPartOfTheWaitToChance() throws IOException {
    call(RetryPolicy.times(9, 100, 500), 1, 2);
    assertThat(waits).containsExactly(75L, 150L);
  }

  @Test
  void givesUpAfterSoManyRetriesWithTheLastFailure() {
    assertThatThrownBy(() -> call(RetryPolicy.times(2, 100, 500), 0, 9))
        .isInstanceOf(IOException.class)
        .hasMessage("busy 3");
    assertThat(attempts).isEqualTo(3);
  }

  @Test
  void beginsNoRetryAfterItsPatience() {
    assertThatThrownBy(() -> call(RetryPolicy.within(3_000), 0, 99))
        .isInstanceOf(IOException.class);
    assertThat(waits).containsExactly(200L, 400L, 800L, 1600L);
  }

  @Test
  void patienceBeginsWithTheFirstFailure() throws IOException {
    new Retries(RetryPolicy.within(1000), clock, () -> 0, tally)
        .call(
            "asking",
            () -> {
              if (attempts++ == 0) {
                sleepUnheard();
                throw new IOException("no answer");
              }
              return "answer";
            },
            e -> Optional.of(new Passing("no answer")));
    assertThat(attempts).isEqualTo(2);
  }

  private void sleepUnheard() {
    try {
      clock.sleep(300_000);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatWillNotPassIsNotTriedAgain() {
    Retries retries = new Retries(RetryPolicy.within(1000), clock, tally);
    assertThatThrownBy(
            () ->
                retries.call(
                    "asking",
                    () -> {
                      attempts++;
                      throw new IOException("never");
                    },
                    e -> Optional.empty()))
        .hasMessage("never");
    assertThat(attempts).isEqualTo(1);
    assertThat(tally.retried()).isEqualTo(Retried.NEVER);
  }

  @Test
  void theOtherSideMayAskForALongerWait() throws IOException {
    new Retries(RetryPolicy.times(3, 100, 500), clock, () -> 0, tally)
        .call(
            "asking",
            () -> {
              if (attempts++ == 0) {
                throw new IOException("busy");
              }
              return "answer";
            },
            e -> Optional.of(new Passing("busy", 7_000)));
    assertThat(waits).containsExactly(7_000L);
  }

  @Test
  void anInterruptEndsTheWaiting() {
    interrupted = true;
    assertThatThrownBy(() -> call(RetryPolicy.within(1000), 0, 9))
        .isInstanceOf(PipelineException.class)
        .hasMessageContaining("stopped while asking was tried again");
    assertThat(Thread.interrupted()).isTrue();
  }
}
