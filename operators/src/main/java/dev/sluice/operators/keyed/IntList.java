package dev.sluice.operators.keyed;

import java.util.Arrays;
import java.util.function.IntPredicate;

/** Slots or numbers of rows in the order in which they came; grows as needed. */
public final class IntList {
  private int[] values = new int[16];
  private int size;

  public void add(int value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, size * 2);
    }
    values[size++] = value;
  }

  /** Adds the first {@code count} values. */
  public void addAll(int[] more, int count) {
    if (size + count > values.length) {
      values = Arrays.copyOf(values, Math.max(size + count, values.length * 2));
    }
    System.arraycopy(more, 0, values, size, count);
    size += count;
  }

  public int get(int index) {
    return values[index];
  }

  public int size() {
    return size;
  }

  /** Forgets the values, not the memory they took. */
  public void clear() {
    size = 0;
  }

  public int[] toArray() {
    return Arrays.copyOf(values, size);
  }

  /** The values at {@code [from, to)}. */
  public int[] range(int from, int to) {
    return Arrays.copyOfRange(values, from, to);
  }

  /** The values for which the test is true, in order. */
  public int[] where(IntPredicate test) {
    return Arrays.stream(values, 0, size).filter(test).toArray();
  }
}
