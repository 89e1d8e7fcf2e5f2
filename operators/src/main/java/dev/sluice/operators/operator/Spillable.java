package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import java.io.IOException;
import java.util.Optional;

/**
 * A partition that need not hold all its rows in the heap: {@link SpilledRows} has all that were
 * committed, and the partition those that it has asked for since. What it changes is written there
 * when it is committed.
 */
interface Spillable extends StatePartition {
  /** How keys are told apart. */
  KeyCodec spillCodec();

  /** When rows of state are over; nothing if no row ever is. */
  Optional<EventTimes> spillTimes(Batch rows);

  /** Of those times the ones for which an epoch without rows is wanted. */
  default Optional<EventTimes> awaitedTimes(Batch rows) {
    return spillTimes(rows);
  }

  /**
   * True if a key has the same time for as long as it is there. The partition notes it with {@link
   * SpilledRows#over} when the key comes.
   */
  default boolean timesStay() {
    return false;
  }

  /**
   * When rows of state are gone by the clock of batches, where {@link #spillTimes} are event times;
   * nothing where one clock does.
   */
  default Optional<EventTimes> expiryTimes(Batch rows) {
    return Optional.empty();
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
