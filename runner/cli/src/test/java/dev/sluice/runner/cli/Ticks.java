package dev.sluice.runner.cli;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Time as this machine lets it pass: what counts it is late itself when others are, and stands
 * still while all processes are held. So a promise in seconds can be held to on a busy machine.
 */
final class Ticks implements AutoCloseable {
  private static final int MILLIS = 50;

  private final AtomicLong passed = new AtomicLong();
  private final ScheduledExecutorService counter =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "ticks");
            thread.setDaemon(true);
            return thread;
          });

  Ticks() {
    counter.scheduleWithFixedDelay(passed::incrementAndGet, MILLIS, MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Milliseconds since it began to count. */
  long millis() {
    return passed.get() * MILLIS;
  }

  @Override
  public void close() {
    counter.shutdownNow();
  }
}
