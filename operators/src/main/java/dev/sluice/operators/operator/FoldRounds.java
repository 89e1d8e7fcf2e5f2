package dev.sluice.operators.operator;

import java.util.Arrays;

/**
 * Orders the rows of a batch so that a fold, which is one step after the other for each key, can
 * still be evaluated a column at a time: the first rows of all keys make the first round, the
 * second rows the second. Keys stand in the order of their number of rows, those with most first,
 * so that the keys of a round are the first keys of the round before.
 */
final class FoldRounds {
  /** By key, in the order of the rounds: its slot. */
  int[] slots = new int[0];

  /** The same slots in the order in which their keys came. */
  int[] came = new int[0];

  private int keys;
  private int rounds;
  // Round r has the keys [0, sizes[r]); their rows stand at rows[starts[r] ...].
  private int[] sizes = new int[0];
  private int[] starts = new int[0];
  private int[] rows = new int[0];
  // By slot: the number of its key in this batch, plus one.
  private int[] numbers = new int[0];

  /**
   * @param slotOf the slot of each row's key
   * @param slotCount all slots are below
   */
  void of(int[] slotOf, int count, int slotCount) {
    if (numbers.length < slotCount) {
      numbers = Arrays.copyOf(numbers, Math.max(slotCount, numbers.length * 2));
    }
    int[] firstSeen = new int[count];
    int[] counts = new int[count];
    int[] keyOf = new int[count];
    int[] roundOf = new int[count];
    keys = 0;
    rounds = 0;
    for (int row = 0; row < count; row++) {
      int slot = slotOf[row];
      int key = numbers[slot] - 1;
      if (key < 0) {
        key = keys++;
        numbers[slot] = keys;
        firstSeen[key] = slot;
      }
      keyOf[row] = key;
      roundOf[row] = counts[key]++;
      rounds = Math.max(rounds, counts[key]);
    }
    for (int key = 0; key < keys; key++) {
      numbers[firstSeen[key]] = 0;
    }
    int[] rank = rank(counts);
    slots = new int[keys];
    for (int key = 0; key < keys; key++) {
      slots[rank[key]] = firstSeen[key];
    }
    came = Arrays.copyOf(firstSeen, keys);
    rows = new int[count];
    for (int row = 0; row < count; row++) {
      rows[starts[roundOf[row]] + rank[keyOf[row]]] = row;
    }
  }

  /** The place of each key when those with most rows come first; sets the sizes of the rounds. */
  private int[] rank(int[] counts) {
    sizes = new int[rounds + 1];
    // How many keys have so many rows, then where those keys begin.
    int[] begin = new int[rounds + 2];
    for (int key = 0; key < keys; key++) {
      begin[counts[key]]++;
    }
    int more = 0;
    for (int n = rounds; n >= 0; n--) {
      int same = begin[n];
      begin[n] = more;
      more += same;
      if (n > 0) {
        sizes[n - 1] = more;
      }
    }
    starts = new int[rounds + 1];
    for (int r = 0; r < rounds; r++) {
      starts[r + 1] = starts[r] + sizes[r];
    }
    int[] rank = new int[keys];
    for (int key = 0; key < keys; key++) {
      rank[key] = begin[counts[key]]++;
    }
    return rank;
  }

  int rounds() {
    return rounds;
  }

  /** How many keys have a row in that round; 0 after the last. */
  int size(int round) {
    return sizes[round];
  }

  /** The rows of a round, in the order of the keys. */
  int[] rows(int round) {
    return Arrays.copyOfRange(rows, starts[round], starts[round] + sizes[round]);
  }
}
