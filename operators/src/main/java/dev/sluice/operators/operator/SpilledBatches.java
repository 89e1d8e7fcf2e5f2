package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Batches that are read from a cursor when they are asked for; it is closed at the end. */
abstract class SpilledBatches implements Iterator<Batch>, SpilledState.Copy {
  private final Runnable close;
  private @Nullable Batch next;
  private boolean ended;

  /**
   * @param close closes the cursor; a second time does nothing
   */
  SpilledBatches(Runnable close) {
    this.close = close;
  }

  /** The next rows, perhaps none; null at the end. */
  abstract @Nullable Batch read() throws IOException;

  @Override
  public final boolean hasNext() {
    try {
      while (next == null && !ended) {
        Batch some = read();
        ended = some == null;
        next = some == null || some.rows() == 0 ? null : some;
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
  public final Batch next() {
    if (!hasNext() || next == null) {
      throw new NoSuchElementException();
    }
    Batch batch = next;
    next = null;
    return batch;
  }

  @Override
  public final Iterator<Batch> iterator() {
    return this;
  }

  @Override
  public final void close() {
    close.run();
  }
}
