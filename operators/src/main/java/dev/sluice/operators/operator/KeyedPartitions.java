package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.io.Clock;
import dev.sluice.operators.keyed.EventTimes;
import dev.sluice.operators.keyed.Hashing;
import dev.sluice.operators.keyed.KeyBatch;
import dev.sluice.operators.keyed.KeyCodec;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.spill.StatePartition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What every stage with state by key has: partitions, each with the keys that hash to it and owned
 * by one worker ({@code w} owns {@code w}, {@code w + workers}, ...); the watermarks that reach the
 * stage; what it counts for the progress; and the durable side, if there is one. A stage says what
 * its partitions do with rows.
 *
 * <p>Workers call at once, each with its own context.
 */
final class KeyedPartitions<P extends StatePartition> {
  private final Rel node;
  private final Supplier<P> empty;
  private final Worker[] workers;
  private final @Nullable KeyedState state;
  private List<P> partitions = List.of();
  private long lateMillis;
  private long watermarkMillis;

  /** What is of one worker. */
  private static final class Worker {
    final KeyCodec codec;
    final KeyBatch keys = new KeyBatch();
    long dropped;
    long duplicates;
    long nanos;

    Worker(KeyCodec codec) {
      this.codec = codec;
    }
  }

  /** What is done with a partition, and its number. */
  interface Visit<P> {
    void partition(int number, P partition);
  }

  /**
   * @param node whose input the watermarks reach
   * @param partitions how many there are without durable state
   * @param empty makes a partition without keys
   * @param codec tells keys apart; one for each worker
   * @param shape of what is kept, for so many partitions of a new checkpoint
   * @param store opens the state of the operator; none for a query without checkpoint
   */
  KeyedPartitions(
      Rel node,
      int workers,
      int partitions,
      Supplier<P> empty,
      Supplier<KeyCodec> codec,
      IntFunction<KeyedState.Shape> shape,
      Optional<OperatorState> store) {
    this.node = node;
    this.empty = empty;
    this.workers = new Worker[workers];
    for (int i = 0; i < workers; i++) {
      this.workers[i] = new Worker(codec.get());
    }
    replace(partitions);
    this.state =
        store.isEmpty()
            ? null
            : new KeyedState(
                shape.apply(store.get().partitions()),
                store.get(),
                workers,
                this::replace,
                new KeyedState.Figures(this::updateMillis, this::dropped, this::custom));
  }

  private List<P> replace(int count) {
    List<P> fresh = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      fresh.add(empty.get());
    }
    partitions = Collections.unmodifiableList(fresh);
    return partitions;
  }

  /** Forgets all keys. */
  void clear() {
    replace(partitions.size());
  }

  List<P> all() {
    return partitions;
  }

  int count() {
    return partitions.size();
  }

  P get(int number) {
    return partitions.get(number);
  }

  /** What only stages that drop duplicates count. */
  private Map<String, Long> custom() {
    if (!(node instanceof Rel.Deduplicate)) {
      return Map.of();
    }
    long duplicates = 0;
    for (Worker worker : workers) {
      duplicates += worker.duplicates;
    }
    return Map.of("numDroppedDuplicateRows", duplicates);
  }

  /** Counts rows that came ({@code +}) or went on ({@code -}): the rest are duplicates. */
  void countDuplicates(WorkerContext context, int rows) {
    workers[context.index].duplicates += rows;
  }

  /** The durable side. */
  Optional<Stage.Stateful> state() {
    return Optional.ofNullable(state);
  }

  // ---- epochs

  /** Takes the watermarks of an epoch, and counts from nothing. */
  void begin(Epoch epoch) {
    lateMillis = WatermarkFlow.into(node, epoch.lateWatermarkMillis());
    watermarkMillis = WatermarkFlow.into(node, epoch.watermarkMillis());
    for (Worker worker : workers) {
      worker.dropped = 0;
      worker.duplicates = 0;
      worker.nanos = 0;
    }
  }

  /** Takes up the watermark of the query by which the state was cleaned last. */
  void resume(long queryWatermarkMillis) {
    watermarkMillis = WatermarkFlow.into(node, queryWatermarkMillis);
  }

  /** By which state is over. */
  long watermarkMillis() {
    return watermarkMillis;
  }

  /** True if more would be over, were this the watermark of the query. */
  boolean wouldMove(long queryWatermarkMillis) {
    return WatermarkFlow.into(node, queryWatermarkMillis) > watermarkMillis;
  }

  // ---- rows

  /** The rows that are not late; counts the others. */
  Batch onTime(WorkerContext worker, Batch rows, EventTimes times) {
    int[] kept = times.onTime(rows.rows(), lateMillis);
    if (kept == EventTimes.ALL) {
      return rows;
    }
    workers[worker.index].dropped += rows.rows() - kept.length;
    return rows.select(kept, kept.length);
  }

  /** The keys of some rows; good until the worker's next call. */
  KeyBatch encode(WorkerContext worker, List<Column> keys, int rows) {
    Worker own = workers[worker.index];
    own.codec.encode(keys, rows, own.keys);
    return own.keys;
  }

  /** Which rows go to which partition. */
  int[][] split(KeyBatch keys, int rows) {
    return Hashing.split(keys, rows, partitions.size());
  }

  /** Does something with each partition of a worker, in order; the time is counted. */
  void each(WorkerContext worker, Visit<P> visit) {
    timed(
        worker,
        () -> {
          for (int p = worker.index; p < partitions.size(); p += workers.length) {
            visit.partition(p, partitions.get(p));
          }
        });
  }

  /** Counts the time that bringing the state up to date takes. */
  void timed(WorkerContext worker, Runnable update) {
    long start = Clock.SYSTEM.nanos();
    update.run();
    workers[worker.index].nanos += Clock.SYSTEM.nanos() - start;
  }

  private long dropped() {
    long dropped = 0;
    for (Worker worker : workers) {
      dropped += worker.dropped;
    }
    return dropped;
  }

  /** How long the slowest worker took. */
  private long updateMillis() {
    long longest = 0;
    for (Worker worker : workers) {
      longest = Math.max(longest, worker.nanos);
    }
    return longest / 1_000_000;
  }
}
