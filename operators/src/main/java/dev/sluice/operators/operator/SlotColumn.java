package dev.sluice.operators.operator;

import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;

/**
 * Values of one type by slot: one column of the state of many keys. Read and written a column at a
 * time. Single-threaded.
 */
abstract sealed class SlotColumn permits NumberSlots, NestedSlots {
  static SlotColumn of(DataType type) {
    return switch (type.physical()) {
      case BOOLEAN, INT, LONG, FLOAT, DOUBLE -> new NumberSlots(type);
      default -> new NestedSlots(type);
    };
  }

  /** Row {@code i} of the values, from {@code from} up to {@code to}, becomes {@code slots[i]}. */
  abstract void put(int[] slots, int from, int to, Column values);

  /** The values at {@code slots[from..to)}; null at a slot below 0. */
  abstract Column get(int[] slots, int from, int to);

  /** The values at these slots are no longer needed. */
  abstract void forget(int[] slots, int count);

  /** About how many bytes of heap it holds. */
  abstract long memoryBytes();
}
