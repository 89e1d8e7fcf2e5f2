package dev.sluice.connectors;

import dev.sluice.operators.data.Batch;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads one split from begin to end. Single-threaded. */
public interface BatchReader extends AutoCloseable {
  /** The next rows, with exactly the requested schema; null at the end. A batch may be empty. */
  @Nullable Batch next() throws IOException;

  @Override
  default void close() throws IOException {}
}
