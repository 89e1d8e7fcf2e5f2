package dev.sluice.operators.operator;

import dev.sluice.operators.keyed.EventTimes;
import dev.sluice.operators.keyed.GroupTable;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntPredicate;

/**
 * At which event time each slot of a table is over. A slot is due when the watermark has reached
 * its time. Slots that wait lie in a heap by time, so that asking for those due costs what is due,
 * however many wait; a slot whose time has changed leaves its old entry there until it comes up.
 */
final class Expiry {
  private static final long NEVER = Long.MAX_VALUE;

  private long[] times = new long[0];
  // Slots that have an entry of their present time in the heap.
  private final BitSet waiting = new BitSet();
  private long[] heapTimes = new long[16];
  private int[] heapSlots = new int[16];
  private int entries;

  /** Row {@code i} of the times is that of {@code slots[from + i]}; a null never comes. */
  void put(int[] slots, int from, int to, EventTimes at) {
    for (int i = from; i < to; i++) {
      put(slots[i], at.isKnown(i - from) ? at.micros()[i - from] : NEVER);
    }
  }

  void put(int slot, long micros) {
    if (slot >= times.length) {
      int old = times.length;
      times = Arrays.copyOf(times, Math.max(slot + 1, Math.max(32, old + (old >> 1))));
      Arrays.fill(times, old, times.length, NEVER);
    }
    if (times[slot] == micros && waiting.get(slot)) {
      return;
    }
    times[slot] = micros;
    if (micros == NEVER) {
      waiting.clear(slot);
    } else {
      waiting.set(slot);
      add(micros, slot);
    }
  }

  long at(int slot) {
    return times[slot];
  }

  /** True if a time has come; that of a slot which is no more counts too. */
  boolean anyDue(long watermarkMillis) {
    long limit = EventTimes.watermarkMicros(watermarkMillis);
    while (entries > 0 && !isPresent()) {
      takeFirst();
    }
    return entries > 0 && heapTimes[0] <= limit;
  }

  /** The live slots whose time has come, in order; they are taken to be removed. */
  int[] due(GroupTable table, long watermarkMillis) {
    return due(table::isLive, watermarkMillis);
  }

  int[] due(IntPredicate isLive, long watermarkMillis) {
    long limit = EventTimes.watermarkMicros(watermarkMillis);
    int[] due = new int[0];
    int count = 0;
    while (entries > 0 && (heapTimes[0] <= limit || !isPresent())) {
      int slot = heapSlots[0];
      boolean present = isPresent();
      takeFirst();
      if (!present) {
        continue;
      }
      waiting.clear(slot);
      if (isLive.test(slot)) {
        if (count == due.length) {
          due = Arrays.copyOf(due, Math.max(16, count * 2));
        }
        due[count++] = slot;
      }
    }
    due = Arrays.copyOf(due, count);
    Arrays.sort(due);
    return due;
  }

  /** Forgets all, and the room that it took. */
  void clear() {
    entries = 0;
    waiting.clear();
    times = new long[0];
    heapTimes = new long[16];
    heapSlots = new int[16];
  }

  long memoryBytes() {
    return 8L * times.length + 12L * heapTimes.length + times.length / 8;
  }

  private boolean isPresent() {
    return waiting.get(heapSlots[0]) && times[heapSlots[0]] == heapTimes[0];
  }

  private void add(long time, int slot) {
    if (entries == heapTimes.length) {
      forgetOld();
    }
    int at = entries++;
    // Times mostly grow, so that this loop ends at once.
    while (at > 0) {
      int parent = at - 1 >> 1;
      if (heapTimes[parent] <= time) {
        break;
      }
      heapTimes[at] = heapTimes[parent];
      heapSlots[at] = heapSlots[parent];
      at = parent;
    }
    heapTimes[at] = time;
    heapSlots[at] = slot;
  }

  /** Makes room: drops entries whose slot has another time by now, or grows where they are few. */
  private void forgetOld() {
    int kept = 0;
    for (int i = 0; i < entries; i++) {
      if (waiting.get(heapSlots[i]) && times[heapSlots[i]] == heapTimes[i]) {
        heapTimes[kept] = heapTimes[i];
        heapSlots[kept++] = heapSlots[i];
      }
    }
    entries = kept;
    for (int i = (kept >> 1) - 1; i >= 0; i--) {
      sink(i, heapTimes[i], heapSlots[i]);
    }
    if (kept > heapTimes.length >> 1) {
      int larger = heapTimes.length + (heapTimes.length >> 1);
      heapTimes = Arrays.copyOf(heapTimes, larger);
      heapSlots = Arrays.copyOf(heapSlots, larger);
    }
  }

  private void takeFirst() {
    entries--;
    if (entries > 0) {
      sink(0, heapTimes[entries], heapSlots[entries]);
    }
  }

  private void sink(int from, long time, int slot) {
    int at = from;
    while (true) {
      int child = 2 * at + 1;
      if (child >= entries) {
        break;
      }
      if (child + 1 < entries && heapTimes[child + 1] < heapTimes[child]) {
        child++;
      }
      if (heapTimes[child] >= time) {
        break;
      }
      heapTimes[at] = heapTimes[child];
      heapSlots[at] = heapSlots[child];
      at = child;
    }
    heapTimes[at] = time;
    heapSlots[at] = slot;
  }
}
