package dev.sluice.operators.spill;

import dev.sluice.operators.data.Batch;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** Rows of state, made a batch at a time as they are written. */
public final class SlotBatches {
  private SlotBatches() {}

  /** The rows of {@code slots[from..to)}. */
  @FunctionalInterface
  public interface Rows {
    Batch of(int[] slots, int from, int to);
  }

  public static Iterable<Batch> of(int[] slots, Rows rows) {
    return () ->
        new Iterator<>() {
          private int from;

          @Override
          public boolean hasNext() {
            return from < slots.length;
          }

          @Override
          public Batch next() {
            if (from >= slots.length) {
              throw new NoSuchElementException();
            }
            int start = from;
            from = Math.min(slots.length, from + Batch.TARGET_ROWS);
            return rows.of(slots, start, from);
          }
        };
  }
}
