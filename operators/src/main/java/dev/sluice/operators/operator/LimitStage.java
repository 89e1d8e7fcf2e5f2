package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The first rows, in the order of the input: of each epoch, or of the whole stream, whose count is
 * then state. A worker keeps no more rows of a split than can still be wanted.
 */
final class LimitStage implements Stage {
  private final long count;
  private final Outputs out;
  private final CollectedRows rows;
  private final long[] orders;
  private final long[] keptOfSplit;
  private final @Nullable LimitState state;
  private final boolean wholeStream;
  private long passed;

  LimitStage(
      long count, boolean wholeStream, int workers, Outputs out, Optional<OperatorState> store) {
    this.count = count;
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
    long wanted = Math.min(input.rows(), count - passed - keptOfSplit[index]);
    if (wanted > 0) {
      keptOfSplit[index] += wanted;
      rows.add(worker, input.slice(0, (int) wanted));
    }
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
      long wanted = Math.min(batch.rows(), count - passed);
      if (wanted > 0) {
        passed += wanted;
        out.emit(batch.slice(0, (int) wanted));
      }
    }
    rows.clear();
  }

  @Override
  public Optional<Stateful> state() {
    return Optional.ofNullable(state);
  }
}
