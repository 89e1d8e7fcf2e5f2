package dev.sluice.operators.io;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads beside the one that runs: daemons, so that none keeps the process alive, and named {@code
 * sluice-...}, so that a thread dump tells whose they are.
 */
public final class Daemons {
  private static final String PREFIX = "sluice-";

  private Daemons() {}

  /** A thread of that name behind {@code sluice-}; not started. */
  public static Thread thread(String name, Runnable work) {
    Thread thread = new Thread(work, PREFIX + name);
    thread.setDaemon(true);
    return thread;
  }

  /** Makes the threads of a pool: {@code sluice-NAME-1} and so on. */
  public static ThreadFactory factory(String name) {
    return new Numbered(name);
  }

  private static final class Numbered implements ThreadFactory {
    private final String name;
    private final AtomicInteger count = new AtomicInteger();

    Numbered(String name) {
      this.name = name;
    }

    @Override
    public Thread newThread(Runnable work) {
      return thread(name + "-" + count.incrementAndGet(), work);
    }
  }
}
