package dev.sluice.operators.function;

import dev.sluice.operators.data.Column;
import java.util.List;

/**
 * The running values of one aggregation for all groups, in primitive arrays indexed by slot. The
 * group table owns the slots: it hands them out from 0 up, and may hand a cleared one out again.
 * Single-threaded.
 */
public interface Accumulator {
  /**
   * Makes slots {@code 0..slots-1} usable; new ones are empty groups. Called before a slot is first
   * used.
   */
  void grow(int slots);

  /**
   * Adds row {@code i} of the arguments to the group {@code slots[i]}, for each {@code i < rows},
   * in order.
   */
  void add(int[] slots, List<Column> arguments, int rows);

  /**
   * Merges row {@code i} of a state, as {@link #state} gave it, into the group {@code slots[i]}.
   */
  void merge(int[] slots, List<Column> state, int rows);

  /**
   * The intermediate state of {@code slots[0..count)}, one column for each of {@link
   * Aggregation#stateTypes}.
   */
  List<Column> state(int[] slots, int count);

  /** The results of {@code slots[0..count)}. */
  Column result(int[] slots, int count);

  /** Makes these slots empty groups again. */
  void clear(int[] slots, int count);

  /** About how many bytes of heap it holds. */
  long memoryBytes();
}
