package dev.sluice.operators.spill;

import dev.sluice.operators.data.Batch;
import java.io.IOException;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** Rows that are read so. */
abstract class SpilledBatches extends SpilledReading<Batch> implements SpilledState.Copy {
  /**
   * @param close closes the cursor; a second time does nothing
   */
  SpilledBatches(Runnable close) {
    super(close);
  }

  /** The next rows, perhaps none; null at the end. */
  abstract @Nullable Batch some() throws IOException;

  @Override
  final @Nullable Batch read() throws IOException {
    Batch batch = some();
    while (batch != null && batch.rows() == 0) {
      batch = some();
    }
    return batch;
  }

  @Override
  public final Iterator<Batch> iterator() {
    return this;
  }
}
