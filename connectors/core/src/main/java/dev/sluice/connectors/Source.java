package dev.sluice.connectors;

import dev.sluice.operators.data.Schema;
import dev.sluice.operators.io.Retried;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An open source of a running query. Called by the loop's thread only; its splits are read by
 * worker threads.
 */
public interface Source extends AutoCloseable {
  /** The columns it can deliver. Constant. */
  Schema schema();

  /**
   * Columns that are there only when a query names them, such as {@code _metadata} of file sources:
   * not part of {@link #schema}, but a {@link ScanRequest} may ask for them. Constant.
   */
  default Schema hiddenColumns() {
    return Schema.EMPTY;
  }

  /** As Spark names it in progress and logs: {@code FileStreamSource[file:/data/in]}. */
  String description();

  /**
   * Where a new query starts; asked once, before the first batch, unless the checkpoint says.
   * {@link Offset#NONE} is allowed.
   */
  Offset initialOffset();

  /**
   * The end of the next batch that starts at {@code from}: equal to {@code from} when there is
   * nothing new. Called once for each batch, and whenever a loop that found nothing looks again;
   * what it gives is logged before a row may count: before the sinks commit, or, where rows may
   * come again in other batches ({@link Sink#mayRegroup}), soon after. May write to the source's
   * own log ({@link SourceContext#logDirectory}).
   */
  Offset latestOffset(Offset from, ReadLimit limit);

  /**
   * The rows after {@code from} up to {@code to}, cut for parallel reading. The same range gives
   * the same rows, however often and in whatever process. Splits are in input order.
   */
  List<Split> splits(Offset from, Offset to);

  /**
   * All rows that are there now: what a static source gives, asked for whenever the table is to be
   * read. Nothing of it is logged. By default what a new query would read first.
   */
  default List<Split> snapshot() {
    Offset from = initialOffset();
    Offset to = latestOffset(from, ReadLimit.ALL);
    return from.equals(to) || to.isNone() ? List.of() : splits(from, to);
  }

  /**
   * True if a range that was given may grow before it is committed, see {@link #extend}: rows that
   * come soon after a batch began then belong to it still. Constant.
   */
  default boolean extendsRanges() {
    return false;
  }

  /**
   * How far the rows have come since {@code to}, where the range of the batch under way ends and up
   * to where its splits have been read; {@code to} if that is not known. Asks nobody. Only of a
   * source that {@link #extendsRanges}.
   */
  default Offset extend(Offset to) {
    return to;
  }

  /**
   * Gives a source that hears of rows as they come something to call then, from any thread, as
   * often as it likes: a loop that waits asks {@link #latestOffset} at once. Called at most once,
   * before the first question. Sources that hear of nothing are asked every few milliseconds.
   */
  default void onArrival(Runnable arrival) {}

  /**
   * The rows of a batch have been read, and nothing of it is committed: the last moment to say, by
   * an exception, that they are not those of the range. What takes a question to a server need not
   * hold up {@link #splits} then. Called for each micro-batch.
   */
  default void confirm() {}

  /**
   * The range up to here is committed: it will never be asked for again. May be repeated; may not
   * come at all.
   */
  default void commit(Offset upTo) {}

  /**
   * The batch that ends here is done, and the checkpoint says so for good: what a source shows to
   * others of its progress. Soon after a batch, and before a run ends; of several batches in a row
   * perhaps only of the last.
   */
  default void completed(Offset end) {}

  /** Spark's {@code latestOffset} and metrics for the progress, by name; empty by default. */
  default Map<String, String> metrics() {
    return Map.of();
  }

  /**
   * How much is known to wait beyond the last range, if anything is: for the progress line, and
   * while there is some the next batch begins without a rest.
   */
  default Optional<Backlog> backlog() {
    return Optional.empty();
  }

  /**
   * How often it tried something again since it was opened: for the progress. Asked after each
   * batch.
   */
  default Retried retried() {
    return Retried.NEVER;
  }

  /** So much waits, in the source's unit: {@code 12 files}. */
  record Backlog(long count, String unit) {}

  @Override
  default void close() {}
}
