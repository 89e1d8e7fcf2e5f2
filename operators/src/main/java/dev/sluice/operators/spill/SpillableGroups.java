package dev.sluice.operators.spill;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.keyed.EventTimes;
import java.io.IOException;
import java.util.Optional;

/**
 * A partition whose rows belong to owners, several to one, and that need not hold those of all
 * owners in the heap: {@link SpilledGroups} has all rows that were committed. The columns of the
 * owner are the first of a row's key.
 */
public interface SpillableGroups extends StatePartition {
  /** How many columns of a row's key are its owner. */
  int ownerColumns();

  /** In how many orders by time rows are asked for. */
  int timeOrders();

  /** When rows of state are over; unknown for a row that is not of that order. */
  Optional<EventTimes> spillTimes(int order, Batch rows);

  @Override
  default Optional<SpilledState> spill(SpillPlace place) throws IOException {
    SpilledGroups rows = new SpilledGroups(place, this);
    spillTo(rows);
    return Optional.of(rows);
  }

  /** Where {@link #spill} lets them lie. */
  void spillTo(SpilledGroups rows);

  /** Rows that a checkpoint had, read back: put, or put again. */
  default void readBack(Batch rows) {}

  /** The keys of rows that were read back and have gone. */
  default void readBackGone(Batch keys) {}
}
