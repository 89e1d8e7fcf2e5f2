package dev.sluice.connectors;

import dev.sluice.operators.data.Batch;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads one partition as its rows come. Single-threaded. */
public interface ContinuousReader extends AutoCloseable {
  /**
   * The rows that are there, with exactly the requested schema; null if none came in so many
   * milliseconds.
   */
  @Nullable Batch next(long waitMillis) throws IOException;

  /** How far the rows given so far go, in the source's own words. */
  String position();

  @Override
  default void close() throws IOException {}
}
