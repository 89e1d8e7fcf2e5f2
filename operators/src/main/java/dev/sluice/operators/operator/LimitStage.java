package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The first rows, in the order of the input: of each epoch, or of the whole stream, whose count is
 * then state. A worker keeps no more rows of a split than can still be wanted.
 */
final class LimitStage implements Stage {
  // The rows to skip, and the first that is too late.
  private final long skip;
  private final long end;
  private final Outputs out;
  private final CollectedRows rows;
  private final long[] orders;
  private final long[] keptOfSplit;
  private final @Nullable LimitState state;
  private final boolean wholeStream;
  private long passed;

  // The first split that has all rows that are wanted.
  private final AtomicLong enough = new AtomicLong(Long.MAX_VALUE);

  LimitStage(
      long count,
      long skip,
      boolean wholeStream,
      int workers,
      Outputs out,
      Optional<OperatorState> store) {
    this.skip = skip;
    this.end = count > Long.MAX_VALUE - skip ? Long.MAX_VALUE : skip + count;
    this.wholeStream = wholeStream;
    this.out = out;
    this.rows = new CollectedRows(workers);
    this.orders = new long[workers];
    this.keptOfSplit = new long[workers];
    this.state = store.map(operator -> new LimitState(operator, this)).orElse(null);
  }

  /** How many rows have passed since the start of the stream. */
  long passed() {
    return passed;
  }

  void restorePassed(long rowsPassed) {
    passed = rowsPassed;
  }

  @Override
  public void begin(Epoch epoch) {
    rows.clear();
    enough.set(Long.MAX_VALUE);
    for (int i = 0; i < orders.length; i++) {
      orders[i] = -1;
      keptOfSplit[i] = 0;
    }
    if (!wholeStream) {
      passed = 0;
    }
  }

  @Override
  public void process(WorkerContext worker, Batch input) {
    int index = worker.index;
    if (orders[index] != worker.order) {
      orders[index] = worker.order;
      keptOfSplit[index] = 0;
    }
    long wanted = Math.min(input.rows(), end - passed - keptOfSplit[index]);
    if (wanted > 0) {
      keptOfSplit[index] += wanted;
      rows.add(worker, input.slice(0, (int) wanted));
    }
    if (passed + keptOfSplit[index] >= end) {
      enough.accumulateAndGet(worker.order, Math::min);
    }
  }

  /** True if no more rows of the split at this place are wanted. Any thread may ask. */
  boolean hasEnough(long order) {
    return enough.get() <= order;
  }

  @Override
  public void flush(WorkerContext worker) {}

  @Override
  public void emit(WorkerContext worker) {
    if (worker.index != 0) {
      return;
    }
    worker.order = 0;
    for (Batch batch : rows.inOrder()) {
      int from = (int) Math.min(batch.rows(), Math.max(0, skip - passed));
      int to = (int) Math.min(batch.rows(), end - passed);
      passed += Math.max(0, to);
      if (to > from) {
        out.emit(batch.slice(from, to));
      }
    }
    rows.clear();
  }

  @Override
  public Optional<Stateful> state() {
    return Optional.ofNullable(state);
  }
}
