package dev.sluice.runner.loop;

import dev.sluice.operators.io.Clock;
import java.util.ArrayList;
import java.util.List;

/** A clock that moves only when someone sleeps or sets it. Thread-safe. */
final class ManualClock implements Clock {
  private final List<Long> sleeps = new ArrayList<>();
  private long now;
  private long nanos;

  ManualClock(long now) {
    this.now = now;
  }

  @Override
  public synchronized long millis() {
    return now;
  }

  @Override
  public synchronized long nanos() {
    return nanos;
  }

  @Override
  public synchronized void sleep(long millis) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    sleeps.add(millis);
    pass(millis);
  }

  /** Time goes by. */
  synchronized void pass(long millis) {
    now += millis;
    nanos += millis * 1_000_000;
  }

  /** Someone sets the clock; durations do not notice. */
  synchronized void set(long millis) {
    now = millis;
  }

  synchronized List<Long> sleeps() {
    return List.copyOf(sleeps);
  }
}
