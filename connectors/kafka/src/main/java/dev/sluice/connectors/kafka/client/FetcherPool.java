package dev.sluice.connectors.kafka.client;

import dev.sluice.connectors.kafka.Partition;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Fetchers between batches: the next range of a partition goes on where the last one ended. */
final class FetcherPool implements AutoCloseable {
  /** How many may stand idle, as many as Spark keeps consumers. */
  static final int CAPACITY = 64;

  private final Map<String, Object> properties;
  private final KafkaFailures failures;
  private final long patienceMillis;
  private final AtomicInteger count = new AtomicInteger();
  // The longest idle first.
  private final Deque<Fetcher> idle = new ArrayDeque<>();
  private boolean closed;
  private volatile Runnable arrival = () -> {};

  FetcherPool(Map<String, Object> properties, KafkaFailures failures, long patienceMillis) {
    this.properties = properties;
    this.failures = failures;
    this.patienceMillis = patienceMillis;
  }

  /** Gives all fetchers what to call when they have got records. */
  void onArrival(Runnable told) {
    arrival = told;
  }

  /** One that stands at this offset, or can be sent there. */
  Fetcher acquire(Partition partition, long offset) {
    Fetcher found = take(partition, offset);
    Fetcher fetcher = found == null ? create(partition) : found;
    fetcher.start(offset);
    return fetcher;
  }

  private Fetcher create(Partition partition) {
    Map<String, Object> own = new HashMap<>(properties);
    own.merge(
        "client.id",
        "sluice-" + count.incrementAndGet(),
        (given, number) -> given + "-" + count.get());
    return new Fetcher(partition, own, failures, patienceMillis, () -> arrival.run());
  }

  private synchronized @Nullable Fetcher take(Partition partition, long offset) {
    Fetcher some = null;
    for (Fetcher fetcher : idle) {
      if (fetcher.partition().equals(partition)) {
        some = fetcher;
        if (fetcher.position() == offset) {
          break;
        }
      }
    }
    if (some != null) {
      idle.remove(some);
    }
    return some;
  }

  /**
   * Where the partition's log ends, from one that stands at this offset and has been sent what
   * there is; -1 if that is not known yet, {@link Fetcher#FAILED} if it cannot be read on. One is
   * put there if none is.
   */
  synchronized long end(Partition partition, long offset) {
    for (Fetcher fetcher : idle) {
      if (fetcher.partition().equals(partition) && fetcher.position() == offset) {
        return fetcher.end();
      }
    }
    if (!closed) {
      release(acquire(partition, offset));
    }
    return -1;
  }

  synchronized void release(Fetcher fetcher) {
    if (closed) {
      fetcher.close();
      return;
    }
    idle.addLast(fetcher);
    if (idle.size() > CAPACITY) {
      idle.removeFirst().close();
    }
  }

  /** Lets go of those of partitions that are read no more. */
  synchronized void retain(java.util.Set<Partition> partitions) {
    for (Iterator<Fetcher> each = idle.iterator(); each.hasNext(); ) {
      Fetcher fetcher = each.next();
      if (!partitions.contains(fetcher.partition())) {
        each.remove();
        fetcher.close();
      }
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    idle.forEach(Fetcher::close);
    idle.clear();
  }
}
