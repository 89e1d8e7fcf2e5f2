package dev.sluice.connectors.kafka.client;

import dev.sluice.connectors.kafka.Partition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Fetchers between batches: the next range of a partition goes on where the last one ended. */
final class FetcherPool implements AutoCloseable {
  /** How many may stand idle, as many as Spark keeps consumers; more if more are read in turn. */
  private static final int CAPACITY = 64;

  /** What one asks the brokers for at once, and reads ahead, unless many share the heap. */
  private static final long MOST_BYTES = 1 << 20;

  private static final long LEAST_BYTES = 16 << 10;

  /**
   * The part of the heap that all of them may fill, when records wait in all partitions; each holds
   * some four answers: what is read, two polls ahead, and what the client has fetched already.
   */
  private static final int PART_OF_HEAP = 4;

  private static final int ANSWERS = 4;

  /** How long what failed while nobody read is left alone. */
  private static final long RETRY_NANOS = 1_000_000_000;

  private static final String FETCH_BYTES = "max.partition.fetch.bytes";

  private final Map<String, Object> properties;
  private final KafkaFailures failures;
  private final long patienceMillis;
  private final int readersOfOne;
  private final AtomicInteger count = new AtomicInteger();
  // The longest idle first.
  private final Set<Fetcher> idle = new LinkedHashSet<>();
  private final Map<Partition, List<Fetcher>> idleOf = new HashMap<>();
  private final Map<Partition, Long> failedNanos = new HashMap<>();
  private int partitions;
  private boolean closed;
  private volatile Runnable arrival = () -> {};

  /**
   * @param readersOfOne how many read parts of the same partition at a time, at most
   */
  FetcherPool(
      Map<String, Object> properties,
      KafkaFailures failures,
      long patienceMillis,
      int readersOfOne) {
    this.properties = properties;
    this.failures = failures;
    this.patienceMillis = patienceMillis;
    this.readersOfOne = readersOfOne;
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
    long bytes = share(Runtime.getRuntime().maxMemory(), fetchers());
    own.putIfAbsent(FETCH_BYTES, Long.toString(bytes));
    return new Fetcher(partition, own, bytes, failures, patienceMillis, () -> arrival.run());
  }

  /** What one of so many may ask for at once, with a heap of so many bytes. */
  static long share(long heapBytes, int fetchers) {
    long share = heapBytes / PART_OF_HEAP / ANSWERS / Math.max(1, fetchers);
    return Math.max(LEAST_BYTES, Math.min(MOST_BYTES, share));
  }

  /** How many there may come to be. */
  private synchronized int fetchers() {
    return fetchers(partitions, readersOfOne);
  }

  static int fetchers(int partitions, int readersOfOne) {
    return (int) Math.max(partitions, Math.min(CAPACITY, (long) partitions * readersOfOne));
  }

  /** The one that stands there, or else the one that is sent elsewhere with the least loss. */
  private synchronized @Nullable Fetcher take(Partition partition, long offset) {
    drop(partition);
    Fetcher some = null;
    for (Fetcher fetcher : idleOf.getOrDefault(partition, List.of())) {
      if (fetcher.standsAt(offset)) {
        some = fetcher;
        break;
      } else if (some == null || fetcher.position() < some.position()) {
        some = fetcher;
      }
    }
    if (some != null) {
      remove(some);
    }
    return some;
  }

  /** Closes those of the partition that have failed: what that was may be over. */
  private boolean drop(Partition partition) {
    boolean dropped = false;
    List<Fetcher> own = idleOf.getOrDefault(partition, List.of());
    for (int i = own.size() - 1; i >= 0; i--) {
      Fetcher fetcher = own.get(i);
      if (fetcher.end() == Fetcher.FAILED) {
        remove(fetcher);
        fetcher.close();
        dropped = true;
      }
    }
    return dropped;
  }

  /** Lets go of those that have failed while nobody read; after a while others are made. */
  synchronized void dropFailed(Set<Partition> partitions) {
    for (Partition partition : partitions) {
      if (drop(partition)) {
        failedNanos.put(partition, System.nanoTime());
      }
    }
  }

  /** Lets go of all that stand idle in this partition, with what they have read ahead. */
  synchronized void forget(Partition partition) {
    for (Fetcher fetcher : List.copyOf(idleOf.getOrDefault(partition, List.of()))) {
      remove(fetcher);
      fetcher.close();
    }
  }

  private boolean hasJustFailed(Partition partition) {
    Long since = failedNanos.get(partition);
    boolean just = since != null && System.nanoTime() - since < RETRY_NANOS;
    if (!just) {
      failedNanos.remove(partition);
    }
    return just;
  }

  private void remove(Fetcher fetcher) {
    idle.remove(fetcher);
    List<Fetcher> own = idleOf.getOrDefault(fetcher.partition(), new ArrayList<>());
    own.remove(fetcher);
    if (own.isEmpty()) {
      idleOf.remove(fetcher.partition());
    }
  }

  /**
   * Where the partition's log ends, from one that stands at this offset and has been sent what
   * there is; -1 if that is not known yet, {@link Fetcher#FAILED} if it cannot be read on. One is
   * put there if none is, and reading there has not just failed.
   */
  synchronized long end(Partition partition, long offset) {
    for (Fetcher fetcher : idleOf.getOrDefault(partition, List.of())) {
      if (fetcher.standsAt(offset)) {
        return fetcher.end();
      }
    }
    if (!closed && !hasJustFailed(partition)) {
      Fetcher here = acquire(partition, offset);
      idleOf.getOrDefault(partition, List.of()).forEach(Fetcher::rest);
      put(here);
    }
    return -1;
  }

  /**
   * Takes one back. Of a partition that was read in parts only the one furthest reads on: the
   * others would read what their neighbours have read.
   */
  synchronized void release(Fetcher fetcher) {
    if (closed) {
      fetcher.close();
      return;
    }
    for (Fetcher other : idleOf.getOrDefault(fetcher.partition(), List.of())) {
      if (other.position() > fetcher.position()) {
        fetcher.rest();
      } else {
        other.rest();
      }
    }
    put(fetcher);
  }

  private void put(Fetcher fetcher) {
    idle.add(fetcher);
    idleOf.computeIfAbsent(fetcher.partition(), any -> new ArrayList<>()).add(fetcher);
    if (idle.size() > Math.max(CAPACITY, partitions)) {
      Fetcher longest = idle.iterator().next();
      remove(longest);
      longest.close();
    }
  }

  /**
   * So many partitions are read in turn. Room for fewer would be room for none: the one that has
   * been idle longest is the one that the next batch begins with.
   */
  synchronized void expect(int count) {
    partitions = count;
  }

  /** Lets go of those of partitions that are read no more. */
  synchronized void retain(Set<Partition> there) {
    expect(there.size());
    failedNanos.keySet().retainAll(there);
    for (Partition partition : List.copyOf(idleOf.keySet())) {
      if (!there.contains(partition)) {
        forget(partition);
      }
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    idle.forEach(Fetcher::close);
    idle.clear();
    idleOf.clear();
  }
}
