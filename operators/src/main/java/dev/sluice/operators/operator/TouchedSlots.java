package dev.sluice.operators.operator;

import dev.sluice.operators.keyed.IntList;
import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * The slots of a table that an epoch has touched, each once, in the order of their first touch.
 * Single-threaded.
 */
final class TouchedSlots {
  private final IntList slots = new IntList();
  private long[] bits = new long[1];

  void touch(int slot) {
    ensureRoom(slot + 1);
    add(bits, slot);
  }

  /**
   * Touches the first {@code count} slots.
   *
   * @param limit all of them are below
   */
  void touch(int[] some, int count, int limit) {
    ensureRoom(limit);
    long[] isTouched = bits;
    for (int i = 0; i < count; i++) {
      add(isTouched, some[i]);
    }
  }

  private void ensureRoom(int limit) {
    int words = (limit + 63) >> 6;
    if (words > bits.length) {
      bits = Arrays.copyOf(bits, Math.max(words, bits.length * 2));
    }
  }

  private void add(long[] isTouched, int slot) {
    long bit = 1L << slot;
    if ((isTouched[slot >> 6] & bit) == 0) {
      isTouched[slot >> 6] |= bit;
      slots.add(slot);
    }
  }

  boolean contains(int slot) {
    return slot >> 6 < bits.length && (bits[slot >> 6] >>> slot & 1L) != 0;
  }

  int count() {
    return slots.size();
  }

  /** The slot that was the {@code index}th to be touched. */
  int get(int index) {
    return slots.get(index);
  }

  int[] toArray() {
    return slots.toArray();
  }

  /** Those from the {@code from}th up to before the {@code to}th. */
  int[] range(int from, int to) {
    return slots.range(from, to);
  }

  /** Those for which the test is true. */
  int[] where(IntPredicate test) {
    return slots.where(test);
  }

  /** Forgets them all, which costs what was touched and not what the table holds. */
  void clear() {
    for (int i = 0; i < slots.size(); i++) {
      bits[slots.get(i) >> 6] = 0L;
    }
    slots.clear();
  }
}
