package dev.sluice.connectors.foreach;

import org.jspecify.annotations.Nullable;

/**
 * Takes the rows of a query one by one: what a ForeachWriter is in Spark. There is one for each
 * partition, for the whole run; {@link #open}, {@link #process} and {@link #close} come in this
 * order for each batch, on one thread at a time.
 *
 * <p>At least once: a batch that failed, or was under way when the process died, comes again with
 * the same number. A row is in the same partition then, as long as {@code numPartitions} and the
 * version of Sluice stay what they are, so that a writer that keeps (partition, batch) where it
 * keeps the rows takes each once.
 */
public interface ForeachWriter {
  /**
   * The rows of a partition begin; comes for partitions without rows too.
   *
   * @return false if these rows are known already: then none of them comes, only {@link #close}
   * @throws Exception if it cannot take them: the batch fails
   */
  boolean open(long partition, long batchId) throws Exception;

  /**
   * One row.
   *
   * @throws Exception if it cannot take it: the batch fails
   */
  void process(Row row) throws Exception;

  /**
   * After the last row, or after a failure. Once it has returned for all partitions, the batch is
   * done: what the writer holds back must be safe by then. Comes whenever {@link #open} has come.
   *
   * @param failure what {@link #open} or {@link #process} threw; null if all is well
   * @throws Exception if the rows are not safe: the batch fails
   */
  void close(@Nullable Throwable failure) throws Exception;
}
