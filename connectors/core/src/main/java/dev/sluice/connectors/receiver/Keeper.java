package dev.sluice.connectors.receiver;

import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.Daemons;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Writes what comes to the log, all that waits at once, and then lets the senders know. A thread of
 * its own.
 */
final class Keeper implements Receiver.Inbox, AutoCloseable {
  private static final long MOST_WAITING = 16L << 20;
  private static final long MOST_AT_ONCE = 4L << 20;

  /** Nobody is told of one thing among several. */
  private static final Runnable MORE_COMES = () -> {};

  private static final long MOST_CLOSING_NANOS = 5_000_000_000L;

  private final ReceiverLog log;
  private final Thread thread;
  private List<Waiting> waiting = new ArrayList<>();
  private long waitingBytes;
  private boolean closed;
  private boolean finished;
  private final AtomicLong arrivals = new AtomicLong();
  private volatile @Nullable PipelineException failure;

  private record Waiting(Received received, Runnable kept) {}

  Keeper(ReceiverLog log, String name) {
    this.log = log;
    this.thread = Daemons.thread("receiver-" + name, this::keep);
  }

  void start() {
    thread.start();
  }

  @Override
  public synchronized void accept(List<Received> together, Runnable kept)
      throws InterruptedException {
    while (waitingBytes > MOST_WAITING && !closed) {
      wait();
    }
    if (closed) {
      // The caller ends its connection now: those it took before are told first.
      while (!finished) {
        wait();
      }
      throw new InterruptedException("the source is closed");
    }
    for (int i = 0; i < together.size(); i++) {
      Received received = together.get(i);
      waiting.add(new Waiting(received, i == together.size() - 1 ? kept : MORE_COMES));
      waitingBytes += received.bytes();
    }
    arrivals.addAndGet(together.size());
    notifyAll();
  }

  @Override
  public void fail(PipelineException reason) {
    failure = reason;
  }

  /** Fails if the receiver has, or the log. */
  void check() {
    PipelineException failed = failure;
    if (failed != null) {
      throw failed;
    }
  }

  /** How many have come since the start. */
  long arrivals() {
    return arrivals.get();
  }

  /** True if nothing waits to be kept. */
  synchronized boolean isIdle() {
    return waiting.isEmpty();
  }

  private void keep() {
    try {
      for (List<Waiting> next = take(); !next.isEmpty(); next = take()) {
        log.append(next.stream().map(Waiting::received).toList());
        next.forEach(one -> one.kept().run());
        done(next);
      }
    } catch (IOException e) {
      fail(
          new PipelineException(
              "receiver-log-failed",
              "what was received cannot be kept in the checkpoint: " + e.getMessage(),
              e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      fail(
          e instanceof PipelineException known
              ? known
              : new PipelineException("receiver-failed", "what came cannot be kept: " + e, e));
    } finally {
      finish();
    }
  }

  private synchronized void finish() {
    finished = true;
    notifyAll();
  }

  /**
   * What waits, up to some size; stays among what waits until it is kept. Empty when closed, and
   * all is kept.
   */
  private synchronized List<Waiting> take() throws InterruptedException {
    while (waiting.isEmpty() && !closed) {
      wait();
    }
    int count = 0;
    long bytes = 0;
    // What came together is kept together: its sender is told of all of it or of nothing.
    while (count < waiting.size()
        && (bytes < MOST_AT_ONCE || waiting.get(count - 1).kept() == MORE_COMES)) {
      bytes += waiting.get(count++).received().bytes();
    }
    return List.copyOf(waiting.subList(0, count));
  }

  private synchronized void done(List<Waiting> kept) {
    waiting = new ArrayList<>(waiting.subList(kept.size(), waiting.size()));
    for (Waiting one : kept) {
      waitingBytes -= one.received().bytes();
    }
    notifyAll();
  }

  /**
   * Takes nothing more; what waits is kept, and its senders are told. After some seconds of that
   * the rest is as if it had not come: it is sent again. To be called before connections end, and
   * after it, as a sender that does not listen may hold it up until then. An interrupt does not
   * make it shorter.
   */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    long begun = System.nanoTime();
    boolean interrupted = false;
    long left = MOST_CLOSING_NANOS;
    while (thread.isAlive() && left > 0) {
      try {
        TimeUnit.NANOSECONDS.timedJoin(thread, left);
      } catch (InterruptedException e) {
        interrupted = true;
      }
      left = MOST_CLOSING_NANOS - (System.nanoTime() - begun);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
