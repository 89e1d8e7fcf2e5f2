package dev.sluice.operators.operator;

import java.util.Arrays;

/**
 * The sessions of each owner: by slot, from when to when. Those of one owner neither overlap nor
 * touch; they are kept in their order. The slot of a removed session is handed out again.
 */
final class SessionTable {
  private static final int[] NONE = new int[0];

  private long[] starts = new long[32];
  private long[] ends = new long[32];
  private int[] owners = new int[32];
  private long[] live = new long[1];
  private int slots;
  private int size;
  private int[] free = NONE;
  private int freeCount;
  // By owner: the slots of its sessions, the earliest first.
  private int[][] lists = new int[32][];
  private int[] counts = new int[32];
  private long listed;

  int size() {
    return size;
  }

  /** All slots are below. */
  int slots() {
    return slots;
  }

  boolean isLive(int slot) {
    return (live[slot >> 6] >>> slot & 1L) != 0;
  }

  long start(int slot) {
    return starts[slot];
  }

  long end(int slot) {
    return ends[slot];
  }

  void end(int slot, long end) {
    ends[slot] = end;
  }

  int owner(int slot) {
    return owners[slot];
  }

  /** How many sessions an owner has. */
  int count(int owner) {
    return owner < counts.length ? counts[owner] : 0;
  }

  /** The slot of an owner's session, in their order. */
  int at(int owner, int index) {
    return lists[owner][index];
  }

  /** Takes a slot for a session, which is not yet among those of its owner. */
  int open(int owner, long start, long end) {
    int slot = freeCount > 0 ? free[--freeCount] : slots++;
    if (slot >= starts.length) {
      int capacity = slot + (slot >> 1) + 32;
      starts = Arrays.copyOf(starts, capacity);
      ends = Arrays.copyOf(ends, capacity);
      owners = Arrays.copyOf(owners, capacity);
    }
    if (slot >> 6 >= live.length) {
      live = Arrays.copyOf(live, live.length * 2);
    }
    starts[slot] = start;
    ends[slot] = end;
    owners[slot] = owner;
    live[slot >> 6] |= 1L << slot;
    size++;
    return slot;
  }

  /** Gives a slot back; the session must no longer be among those of its owner. */
  void release(int slot) {
    live[slot >> 6] &= ~(1L << slot);
    if (freeCount == free.length) {
      free = Arrays.copyOf(free, Math.max(16, freeCount * 2));
    }
    free[freeCount++] = slot;
    size--;
  }

  /** The first session of the owner that ends at or after a time. */
  int firstEnding(int owner, long time) {
    int low = 0;
    int high = count(owner);
    while (low < high) {
      int middle = low + high >>> 1;
      if (ends[lists[owner][middle]] < time) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The first session of the owner that starts at or after a time. */
  int firstStarting(int owner, long time) {
    int low = 0;
    int high = count(owner);
    while (low < high) {
      int middle = low + high >>> 1;
      if (starts[lists[owner][middle]] < time) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Replaces the sessions {@code from..to} of an owner by others. */
  void replace(int owner, int from, int to, int[] by, int count) {
    if (owner >= lists.length) {
      int capacity = owner + (owner >> 1) + 32;
      lists = Arrays.copyOf(lists, capacity);
      counts = Arrays.copyOf(counts, capacity);
    }
    int before = counts[owner];
    int after = before - (to - from) + count;
    int[] list = lists[owner] == null ? NONE : lists[owner];
    int[] target = list;
    if (after > list.length) {
      target = Arrays.copyOf(list, after <= 1 ? 1 : after + (after >> 1));
      listed += target.length - list.length;
    }
    if (to < before) {
      System.arraycopy(list, to, target, from + count, before - to);
    }
    System.arraycopy(by, 0, target, from, count);
    lists[owner] = target;
    counts[owner] = after;
  }

  /** Takes the sessions that have been released out of those of an owner. */
  void forgetReleased(int owner) {
    int[] list = lists[owner];
    int kept = 0;
    for (int i = 0; i < counts[owner]; i++) {
      if (isLive(list[i])) {
        list[kept++] = list[i];
      }
    }
    counts[owner] = kept;
    if (kept == 0) {
      listed -= list.length;
      lists[owner] = NONE;
    }
  }

  /** All sessions. */
  int[] liveSlots() {
    int[] found = new int[size];
    int count = 0;
    for (int slot = 0; slot < slots; slot++) {
      if (isLive(slot)) {
        found[count++] = slot;
      }
    }
    return found;
  }

  /** About how many bytes of heap it holds. */
  long memoryBytes() {
    return 20L * starts.length
        + 8L * live.length
        + 4L * free.length
        + 12L * lists.length
        + 4L * listed
        + 16L * size;
  }
}
