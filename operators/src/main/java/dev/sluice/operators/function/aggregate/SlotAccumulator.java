package dev.sluice.operators.function.aggregate;

import dev.sluice.operators.function.Accumulator;

/** Grows its arrays by half, so that a slot more does not cost a copy each. */
abstract class SlotAccumulator implements Accumulator {
  private int capacity;

  @Override
  public final void grow(int slots) {
    if (slots > capacity) {
      capacity = Math.max(Math.max(16, slots), capacity + (capacity >> 1));
      resize(capacity);
    }
  }

  /** Makes each array hold that many slots; those that are new hold an empty group. */
  abstract void resize(int slots);

  final int capacity() {
    return capacity;
  }
}
