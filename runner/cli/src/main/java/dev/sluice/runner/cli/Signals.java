package dev.sluice.runner.cli;

import dev.sluice.runner.plan.Run;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * SIGTERM and SIGINT: the first asks the run to stop, the second ends the process. A shutdown hook
 * would not do: it never sees the second, and cannot choose the exit code.
 */
@SuppressWarnings("sunapi")
final class Signals implements AutoCloseable {
  private static final int ENDED_BY_USER = 130;

  private final AtomicInteger seen = new AtomicInteger();
  private final CountDownLatch handled = new CountDownLatch(1);
  private final Signal terminate = new Signal("TERM");
  private final Signal interrupt = new Signal("INT");
  private final SignalHandler oldTerminate;
  private final SignalHandler oldInterrupt;

  private Signals(Run run, Duration grace) {
    SignalHandler handler =
        signal -> {
          if (seen.incrementAndGet() > 1) {
            Runtime.getRuntime().halt(ENDED_BY_USER);
          }
          try {
            run.stop(grace);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } finally {
            handled.countDown();
          }
        };
    oldTerminate = Signal.handle(terminate, handler);
    oldInterrupt = Signal.handle(interrupt, handler);
  }

  /** From now on signals stop this run. */
  static Signals stopping(Run run, Duration grace) {
    return new Signals(run, grace);
  }

  /** Waits for a stop that a signal has begun. */
  void awaitHandled() throws InterruptedException {
    if (seen.get() > 0) {
      handled.await();
    }
  }

  @Override
  public void close() {
    Signal.handle(terminate, oldTerminate);
    Signal.handle(interrupt, oldInterrupt);
  }
}
