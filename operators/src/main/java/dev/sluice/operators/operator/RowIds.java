package dev.sluice.operators.operator;

import java.util.Arrays;
import java.util.BitSet;

/**
 * The numbers by which the state knows the rows of one side of a join, where only some of the rows
 * are in the heap and have numbers of another kind there. The lowest that is free is given out.
 */
final class RowIds {
  private final BitSet used = new BitSet();
  private int lowest;
  // By number in the heap.
  private int[] ids = new int[0];

  /** A row has one. */
  void use(int id) {
    used.set(id);
  }

  /** No row has it any longer. */
  void free(int id) {
    used.clear(id);
    lowest = Math.min(lowest, id);
  }

  /** Gives a row in the heap one. */
  void take(int row) {
    lowest = used.nextClearBit(lowest);
    used.set(lowest);
    put(row, lowest);
  }

  /** A row has come into the heap that has one. */
  void put(int row, int id) {
    if (row >= ids.length) {
      ids = Arrays.copyOf(ids, Math.max(row + 1, ids.length + (ids.length >> 1) + 32));
    }
    ids[row] = id;
  }

  int of(int row) {
    return ids[row];
  }

  long memoryBytes() {
    return 4L * ids.length;
  }

  /** Forgets what is in the heap. */
  void clear() {
    ids = new int[0];
  }
}
