package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.diagnostics.EvaluationFailure;
import dev.sluice.operators.expression.Expression;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A plan made runnable: chains of operators for each worker, exchanges by key hash in front of
 * keyed state, one result per sink. The loop drives it and knows nothing of operators. Order of
 * calls: {@link #restore} once; then for each epoch {@link #begin}, any number of {@link #process},
 * {@link #finish}, {@link #commitState}. After a failure only {@link #restore} or {@link #close}.
 */
public interface Dataflow extends AutoCloseable {
  /**
   * What a source must deliver: only the columns some step reads, and the filters that stand
   * directly above it (bound to {@code schema}).
   */
  record Scan(Schema schema, List<Expression> filters) {}

  /** By source name. A source that stands in the plan several times is read once. */
  Map<String, Scan> scans();

  /**
   * Brings all keyed state to a version: version {@code v} is the state after batch {@code v - 1},
   * 0 is empty.
   *
   * @param watermarkMillis the watermark of batch {@code v - 1}, by which the state was cleaned
   */
  void restore(long version, long watermarkMillis) throws IOException;

  /**
   * Starts an epoch.
   *
   * @param outputs for each sink, for each worker, where its rows go; an emitter is called by one
   *     thread at a time
   */
  default void begin(Epoch epoch, List<List<Emitter>> outputs) {
    begin(epoch, outputs, false);
  }

  /**
   * The same.
   *
   * @param sameTables whether the rows of static sources are those of the epoch before, and will
   *     not be processed again; only if {@link #keepsTables}
   */
  void begin(Epoch epoch, List<List<Emitter>> outputs, boolean sameTables);

  /** True if rows of static sources need not come again in each epoch. */
  boolean keepsTables();

  /**
   * The rows that follow from this worker are those of a split: {@code split} is its index among
   * the splits of the source in this epoch. The order of splits is the order of rows, for {@code
   * first}, {@code collect_list} and {@code limit}; without this call it is the order of workers.
   */
  default void beginSplit(String source, int worker, int split) {}

  /**
   * Rows of a source, with exactly the schema of its scan. Calls for one worker come from one
   * thread at a time, those for different workers may come at once.
   */
  void process(String source, int worker, Batch batch);

  /**
   * True if no more rows of this split, and of those after it, are wanted in this epoch: a limit
   * has enough. Any thread may ask, before a split and while it is read.
   */
  default boolean enough(String source, int split) {
    return false;
  }

  /**
   * Asked by the same thread after {@link #process} threw {@link EvaluationFailure}: the first row
   * of that batch that fails by itself, and how. Empty if it fails only after the rows before it.
   * Nothing more comes out of this epoch; only {@link #restore} or {@link #close} may follow.
   */
  default Optional<FailedRow> failedRow(String source, int worker, Batch batch) {
    return Optional.empty();
  }

  /** {@code index} in the batch. */
  record FailedRow(int index, EvaluationFailure failure) {}

  /**
   * Asked by the same thread after {@link #process}: an event time in these rows that is far in the
   * future, and moves the watermark there. Told once.
   */
  default Optional<FarTime> farTime(String source, int worker, Batch batch) {
    return Optional.empty();
  }

  /**
   * @param column of event time
   * @param millis since 1970
   * @param row in the batch, -1 if it cannot be told
   */
  record FarTime(String column, long millis, int row) {}

  /** Asked after {@link #finish}: those that were seen in rows which no source gave as they are. */
  default List<FarTime> farTimes() {
    return List.of();
  }

  /**
   * All rows of static sources have been processed, those of streams follow. A caller that reads
   * them in any order leaves it out.
   */
  void tablesRead();

  /**
   * All rows have been processed: exchanges, flushes windows and aggregates, in parallel;
   * everything has been emitted on return.
   */
  void finish();

  /** What each watermark step saw in the last epoch. */
  List<EventTimeStats> eventTimes();

  /**
   * Waits at most so long for what is written beside the epochs; true if nothing is left of it. A
   * dataflow that is closed gives up what is not written by then.
   */
  default boolean settle(long millis) throws InterruptedException {
    return true;
  }

  /**
   * True if an epoch without rows would give or forget something, were this the watermark and this
   * the time: Spark's no-data batch.
   */
  boolean wantsEpoch(long watermarkMillis, long nowMillis);

  /** Makes the state after this epoch durable, as version {@code epochId + 1}. */
  void commitState(long epochId) throws IOException;

  /** Old versions of the state may go. */
  void purgeStateBefore(long version) throws IOException;

  /** What went wrong since the last call and will be tried again, for people. */
  default List<String> warnings() {
    return List.of();
  }

  /** One for each stateful operator, for the progress. */
  List<StateMetrics> stateMetrics();

  @Override
  void close();
}
