package dev.sluice.operators.io;

/**
 * The time, injected so that tests own it. Never asked inside a batch: there the epoch says what
 * time it is.
 */
public interface Clock {
  Clock SYSTEM =
      new Clock() {
        @Override
        public long millis() {
          return System.currentTimeMillis();
        }

        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public void sleep(long millis) throws InterruptedException {
          Thread.sleep(millis);
        }
      };

  /** Wall-clock milliseconds since 1970. */
  long millis();

  /** A monotonic count of nanoseconds, for durations only. */
  long nanos();

  void sleep(long millis) throws InterruptedException;
}
