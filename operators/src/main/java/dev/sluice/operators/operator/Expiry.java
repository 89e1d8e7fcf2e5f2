package dev.sluice.operators.operator;

import java.util.Arrays;

/**
 * At which event time each slot of a table is over. A slot is due when the watermark has reached
 * its time. Looks at the slots only when one can be due.
 */
final class Expiry {
  private static final long NEVER = Long.MAX_VALUE;

  private long[] times = new long[0];
  private long earliest = NEVER;

  /** Row {@code i} of the times is that of {@code slots[from + i]}; a null never comes. */
  void put(int[] slots, int from, int to, EventTimes at) {
    for (int i = from; i < to; i++) {
      put(slots[i], at.isKnown(i - from) ? at.micros()[i - from] : NEVER);
    }
  }

  void put(int slot, long micros) {
    if (slot >= times.length) {
      times = Arrays.copyOf(times, Math.max(slot + 1, times.length * 2));
    }
    times[slot] = micros;
    earliest = Math.min(earliest, micros);
  }

  long at(int slot) {
    return times[slot];
  }

  /** False if it is certain that no slot is due. */
  boolean anyDue(long watermarkMillis) {
    return earliest <= EventTimes.watermarkMicros(watermarkMillis) && earliest != NEVER;
  }

  /** The live slots whose time has come; they are taken to be removed. */
  int[] due(GroupTable table, long watermarkMillis) {
    long limit = EventTimes.watermarkMicros(watermarkMillis);
    if (!anyDue(watermarkMillis)) {
      return new int[0];
    }
    int[] due = new int[16];
    int count = 0;
    earliest = NEVER;
    for (int slot : table.liveSlots()) {
      if (times[slot] <= limit && times[slot] != NEVER) {
        if (count == due.length) {
          due = Arrays.copyOf(due, count * 2);
        }
        due[count++] = slot;
      } else {
        earliest = Math.min(earliest, times[slot]);
      }
    }
    return Arrays.copyOf(due, count);
  }
}
