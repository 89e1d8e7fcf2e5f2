package dev.sluice.connectors.receiver;

import dev.sluice.operators.diagnostics.PipelineException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Writes what comes to the log, all that waits at once, and then lets the senders know. A thread of
 * its own.
 */
final class Keeper implements Receiver.Inbox, AutoCloseable {
  private static final long MOST_WAITING = 16L << 20;
  private static final long MOST_AT_ONCE = 4L << 20;

  private final ReceiverLog log;
  private final Thread thread;
  private List<Waiting> waiting = new ArrayList<>();
  private long waitingBytes;
  private boolean closed;
  private final AtomicLong arrivals = new AtomicLong();
  private volatile @Nullable PipelineException failure;

  private record Waiting(Received received, Runnable kept) {}

  Keeper(ReceiverLog log, String name) {
    this.log = log;
    this.thread = new Thread(this::keep, "sluice-receiver-" + name);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  @Override
  public synchronized void accept(Received received, Runnable kept) throws InterruptedException {
    while (waitingBytes > MOST_WAITING && !closed) {
      wait();
    }
    if (closed) {
      throw new InterruptedException("the source is closed");
    }
    waiting.add(new Waiting(received, kept));
    waitingBytes += received.bytes();
    arrivals.incrementAndGet();
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
    }
  }

  /** What waits, up to some size; stays among what waits until it is kept. Empty when closed. */
  private synchronized List<Waiting> take() throws InterruptedException {
    while (waiting.isEmpty() && !closed) {
      wait();
    }
    if (closed) {
      return List.of();
    }
    int count = 0;
    long bytes = 0;
    while (count < waiting.size() && bytes < MOST_AT_ONCE) {
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

  /** What waits is not kept: its senders were not told, and send it again. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    try {
      thread.join(10_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
