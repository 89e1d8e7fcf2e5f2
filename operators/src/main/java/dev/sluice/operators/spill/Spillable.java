package dev.sluice.operators.spill;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.keyed.EventTimes;
import dev.sluice.operators.keyed.GroupTable;
import dev.sluice.operators.keyed.KeyCodec;
import java.io.IOException;
import java.util.Optional;

/**
 * A partition that need not hold all its rows in the heap: {@link SpilledRows} has all that were
 * committed, and the partition those that it has asked for since. What it changes is written there
 * when it is committed, or sooner if that gets too much.
 */
public interface Spillable extends StatePartition {
  /** How keys are told apart. */
  KeyCodec spillCodec();

  /** Of a row of state: keys first. */
  Schema stateSchema();

  /** The keys in the heap. */
  GroupTable table();

  /** The slots of the rows that the epoch has put or replaced and that are still there. */
  int[] changedSlots();

  /** The rows of {@code slots[from..to)}. */
  Batch rows(int[] slots, int from, int to);

  @Override
  default Iterable<Batch> changed() {
    return SlotBatches.of(changedSlots(), this::rows);
  }

  @Override
  default Iterable<Batch> rows() {
    return SlotBatches.of(table().liveSlots(), this::rows);
  }

  /** By how many clocks rows are over: none, one or two. */
  int clocks();

  /** When rows of state are over by one of them. */
  EventTimes times(int clock, Batch rows);

  /** Of the times of the first clock those for which an epoch without rows is wanted. */
  default EventTimes awaitedTimes(Batch rows) {
    return times(0, rows);
  }

  /**
   * True if a key has the same time for as long as it is there. The partition notes it with {@link
   * SpilledRows#over} when the key comes.
   */
  default boolean timesStay() {
    return false;
  }

  /** True if a key that is written again may have another time. */
  default boolean timesMove() {
    return false;
  }

  @Override
  default Optional<SpilledState> spill(SpillPlace place) throws IOException {
    SpilledRows rows = new SpilledRows(place, this);
    spillTo(rows);
    return Optional.of(rows);
  }

  /** Where {@link #spill} lets them lie. */
  void spillTo(SpilledRows rows);
}
