package dev.sluice.connectors;

import dev.sluice.operators.io.Retried;

/** An open sink of a running query. */
public interface Sink extends AutoCloseable {
  /** As Spark names it in progress: {@code FileSink[file:/data/out]}. */
  String description();

  /** Begins the output of an epoch; at most one is open. Called by the loop's thread. */
  Write begin(long epochId);

  /**
   * The newest epoch that it holds for good, whoever wrote it, and would therefore drop when given
   * again; -1 if there is none, or if it does not remember. Asked once, after opening.
   */
  default long lastEpoch() {
    return -1;
  }

  /**
   * True if it remembers its epochs: then it must hold every one that the checkpoint says is done.
   */
  default boolean remembers() {
    return false;
  }

  /**
   * How often it tried something again since it was opened: for the progress. Asked after each
   * batch.
   */
  default Retried retried() {
    return Retried.NEVER;
  }

  /**
   * True if before {@link Write#commit} nothing of an epoch can be seen outside that would matter
   * if it came again with other rows: then rows may be written before the epoch is fixed for good.
   * Constant.
   */
  default boolean hidesUntilCommit() {
    return false;
  }

  /**
   * True if the rows of an epoch that was not committed may come again in an epoch of other rows:
   * nobody knows an epoch by its number, and who reads expects rows twice after a failure. Then
   * rows may be written, and seen, before the epoch is fixed for good. Constant.
   */
  default boolean mayRegroup() {
    return false;
  }

  /**
   * True if the next epoch may begin before this one is committed. Commits then still come in
   * order, each from a thread of its own. Only the trigger {@code continuous} does so. Constant.
   */
  default boolean overlapsEpochs() {
    return false;
  }

  @Override
  default void close() {}
}
