package dev.sluice.runner.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class WorkersTest {
  private final Workers workers = new Workers(3);

  @AfterEach
  void close() {
    workers.close();
  }

  @Test
  void allHaveEndedWhenItReturns() throws Exception {
    Set<Integer> ended = new ConcurrentSkipListSet<>();
    workers.run(7, ended::add);
    assertThat(ended).containsExactly(0, 1, 2);
    workers.run(2, worker -> ended.remove(worker));
    assertThat(ended).containsExactly(2);
  }

  /** Be it one of the pool, or the one whose thread is the caller's. */
  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void whatWaitsWhenOneFailsIsInterrupted(int failing) throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    Set<Integer> interrupted = new ConcurrentSkipListSet<>();
    assertThatThrownBy(
            () ->
                workers.run(
                    3,
                    worker -> {
                      if (worker == failing) {
                        throw new IOException("worker " + worker);
                      }
                      try {
                        never.await();
                      } catch (InterruptedException e) {
                        interrupted.add(worker);
                        Thread.currentThread().interrupt();
                        throw new IllegalStateException("it was stopped", e);
                      }
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("worker " + failing);
    Set<Integer> others = new TreeSet<>(Set.of(0, 1, 2));
    others.remove(failing);
    assertThat(interrupted).isEqualTo(others);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();

    Set<Integer> again = new ConcurrentSkipListSet<>();
    workers.run(
        3,
        worker -> {
          if (!Thread.currentThread().isInterrupted()) {
            again.add(worker);
          }
        });
    assertThat(again).as("the next round knows nothing of it").containsExactly(0, 1, 2);
  }

  @Test
  void whoIsInterruptedWhileItWaitsInterruptsTheOthers() throws Exception {
    CountDownLatch begun = new CountDownLatch(2);
    CountDownLatch ended = new CountDownLatch(2);
    Thread caller = Thread.currentThread();
    assertThatThrownBy(
            () ->
                workers.run(
                    3,
                    worker -> {
                      if (worker == 0) {
                        begun.await();
                        caller.interrupt();
                        return;
                      }
                      begun.countDown();
                      try {
                        new CountDownLatch(1).await();
                      } finally {
                        ended.countDown();
                      }
                    }))
        .isInstanceOf(InterruptedException.class);
    ended.await();
  }
}
