package dev.sluice.operators.spill;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * What is read from a cursor piece by piece, each when it is asked for; it is closed at the end.
 */
abstract class SpilledReading<T> implements Iterator<T>, AutoCloseable {
  private final Runnable close;
  private @Nullable T next;
  private boolean ended;

  /**
   * @param close closes the cursor; a second time does nothing
   */
  SpilledReading(Runnable close) {
    this.close = close;
  }

  /** The next piece; null at the end. */
  abstract @Nullable T read() throws IOException;

  @Override
  public final boolean hasNext() {
    try {
      if (next == null && !ended) {
        next = read();
        ended = next == null;
      }
    } catch (IOException e) {
      close();
      throw new UncheckedIOException(e);
    }
    if (ended) {
      close();
    }
    return next != null;
  }

  @Override
  public final T next() {
    if (!hasNext() || next == null) {
      throw new NoSuchElementException();
    }
    T piece = next;
    next = null;
    return piece;
  }

  @Override
  public final void close() {
    close.run();
  }
}
