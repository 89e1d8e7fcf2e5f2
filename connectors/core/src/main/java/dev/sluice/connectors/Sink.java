package dev.sluice.connectors;

/** An open sink of a running query. */
public interface Sink extends AutoCloseable {
  /** As Spark names it in progress: {@code FileSink[file:/data/out]}. */
  String description();

  /** Begins the output of an epoch; at most one is open. Called by the loop's thread. */
  Write begin(long epochId);

  @Override
  default void close() {}
}
