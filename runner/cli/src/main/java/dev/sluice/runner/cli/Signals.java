package dev.sluice.runner.cli;

import dev.sluice.runner.plan.Run;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * SIGTERM and SIGINT: the first asks the run to stop, the second ends the process. A shutdown hook
 * would not do: it never sees the second, and cannot choose the exit code. The JDK's own class for
 * it, {@code sun.misc.Signal}, cannot be named without a warning that no compiler flag turns off,
 * hence the only reflection of this module. Where it is missing, signals end the process as usual.
 */
final class Signals implements AutoCloseable {
  private static final int ENDED_BY_USER = 130;
  private static final int ENDED_BY_FORCE = 143;

  private final Run run;
  private final Duration grace;
  private final AtomicInteger seen = new AtomicInteger();
  private final CountDownLatch handled = new CountDownLatch(1);

  /** What puts the old handlers back. */
  private final List<Runnable> restore = new ArrayList<>();

  private Signals(Run run, Duration grace) {
    this.run = run;
    this.grace = grace;
  }

  /** From now on signals stop this run. */
  static Signals stopping(Run run, Duration grace) {
    Signals signals = new Signals(run, grace);
    signals.install("TERM");
    signals.install("INT");
    return signals;
  }

  private void install(String name) {
    try {
      Class<?> type = Class.forName("sun.misc.Signal");
      Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
      Object signal = type.getConstructor(String.class).newInstance(name);
      Object handler =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handlerType},
              (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) {
                  received();
                }
                return null;
              });
      var handle = type.getMethod("handle", type, handlerType);
      Object old = handle.invoke(null, signal, handler);
      restore.add(
          () -> {
            try {
              handle.invoke(null, signal, old);
            } catch (ReflectiveOperationException e) {
              throw new IllegalStateException(e);
            }
          });
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      // Signals end the process, as they do without us.
    }
  }

  /** On a thread of the JVM's own, one for each signal. */
  private void received() {
    if (seen.incrementAndGet() > 1) {
      Runtime.getRuntime().halt(ENDED_BY_USER);
    }
    try {
      stop(run, grace);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      handled.countDown();
    }
  }

  /** Stops a run; one that does not let itself be stopped ends with the process. */
  static void stop(Run run, Duration grace) throws InterruptedException {
    if (!run.stop(grace)) {
      // Neither the stores that it uses can be closed, nor output flushed that it may hold.
      Runtime.getRuntime().halt(ENDED_BY_FORCE);
    }
  }

  /** Waits for a stop that a signal has begun. */
  void awaitHandled() throws InterruptedException {
    if (seen.get() > 0) {
      handled.await();
    }
  }

  @Override
  public void close() {
    restore.forEach(Runnable::run);
  }
}
