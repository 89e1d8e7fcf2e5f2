package dev.sluice.connectors.kinesis.client;

import dev.sluice.connectors.kinesis.Position;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.io.Daemons;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The readers of all shards that have begun, by shard; a few threads serve them in turn. */
final class ShardReaders implements AutoCloseable {
  /** A request takes some milliseconds, and a shard allows five a second. */
  private static final int MOST_THREADS = 16;

  private static final long FULL_PAUSE = 20;

  private final StreamClient client;
  private final ShardReader.FetchLimits limits;
  private final long mostBytes;
  private final Clock clock;
  private final ScheduledThreadPoolExecutor threads;
  private final Map<String, ShardReader> readers = new ConcurrentSkipListMap<>();
  private final Object change = new Object();

  /** What requests under way may bring, so that many shards do not overfill the memory at once. */
  private long underWay;

  private volatile boolean stopsAtTip;
  private volatile long until = Long.MAX_VALUE;
  private volatile boolean unbounded;
  private volatile @Nullable PipelineException failure;

  ShardReaders(StreamClient client, ShardReader.FetchLimits limits, long mostBytes, Clock clock) {
    this.client = client;
    this.limits = limits;
    this.mostBytes = mostBytes;
    this.clock = clock;
    this.threads = new ScheduledThreadPoolExecutor(0, Daemons.factory("kinesis"));
    threads.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** From now on shards are read to what came up to a time, and no further. */
  void stopAtTip(long millis) {
    until = millis;
    stopsAtTip = true;
  }

  /** What does not fit into memory is passed over: it is fetched again when it is read. */
  void passOver() {
    unbounded = true;
  }

  Collection<ShardReader> all() {
    return readers.values();
  }

  Optional<ShardReader> find(String shard) {
    return Optional.ofNullable(readers.get(shard));
  }

  /** Begins to read a shard, unless it has begun. */
  void begin(StreamClient.ShardInfo shard, Position from) {
    if (!readers.containsKey(shard.id())) {
      ShardReader reader = new ShardReader(client, shard, from, limits, clock);
      readers.put(shard.id(), reader);
      threads.setCorePoolSize(Math.min(MOST_THREADS, readers.size()));
      schedule(reader, 0);
    }
  }

  /** A shard is done with. */
  void remove(String shard) {
    readers.remove(shard);
  }

  private boolean isRemoved(ShardReader reader) {
    return readers.get(reader.shard().id()) != reader;
  }

  private void schedule(ShardReader reader, long millis) {
    try {
      threads.schedule(() -> step(reader), millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // Closed meanwhile.
    }
  }

  private void step(ShardReader reader) {
    if (isRemoved(reader)) {
      return;
    }
    try {
      long expected = reader.expectedBytes();
      if (!admit(expected)) {
        schedule(reader, FULL_PAUSE);
        return;
      }
      long pause;
      try {
        pause = reader.fetch(!(isFull() && unbounded), until);
      } finally {
        leave(expected);
      }
      if (pause >= 0 && !(stopsAtTip && reader.isSettled())) {
        schedule(reader, pause);
      }
    } catch (PipelineException e) {
      if (!isRemoved(reader)) {
        failure = e;
      }
    } catch (RuntimeException | Error e) {
      // Nobody else would hear of it, and the shard would stand still.
      if (!threads.isShutdown()) {
        failure =
            new PipelineException(
                "kinesis-failed", "reading " + reader.shard().id() + " fails: " + e, e);
      }
    }
    synchronized (change) {
      change.notifyAll();
    }
  }

  /** True if there is room for one more answer. */
  private boolean admit(long expected) {
    synchronized (change) {
      if (!unbounded && heldBytes() + underWay >= mostBytes) {
        return false;
      }
      underWay += expected;
      return true;
    }
  }

  private void leave(long expected) {
    synchronized (change) {
      underWay -= expected;
    }
  }

  /** True if no more is read ahead. */
  boolean isFull() {
    return heldBytes() >= mostBytes;
  }

  long heldBytes() {
    return readers.values().stream().mapToLong(ShardReader::heldBytes).sum();
  }

  /** Fails if a reader has. */
  void check() {
    PipelineException failed = failure;
    if (failed != null) {
      throw failed;
    }
  }

  /** Waits a little, until something came. */
  void await() throws InterruptedException {
    synchronized (change) {
      change.wait(FULL_PAUSE);
    }
    check();
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
