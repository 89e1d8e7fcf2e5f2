package dev.sluice.operators.operator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/** The timers that keys wait for, by slot: of each name at most one. */
final class NamedTimers {
  private final Expiry[] times;
  // By slot, while timers are looked for that have come: the first of them; -1 at all other times.
  private int[] first = new int[0];

  /**
   * Timers that have come, each the first of its key.
   *
   * @param timer which one it is
   * @param micros when, by slot
   */
  record Due(int timer, int[] slots, long[] micros) {}

  NamedTimers(int count) {
    times = new Expiry[count];
    for (int t = 0; t < count; t++) {
      times[t] = new Expiry();
    }
  }

  int count() {
    return times.length;
  }

  void clear() {
    for (Expiry of : times) {
      of.clear();
    }
    first = new int[0];
  }

  long memoryBytes() {
    return Arrays.stream(times).mapToLong(Expiry::memoryBytes).sum() + 4L * first.length;
  }

  long at(int timer, int slot) {
    return times[timer].at(slot);
  }

  void put(int timer, int slot, long micros) {
    times[timer].put(slot, micros);
  }

  boolean anyDue(long millis) {
    for (Expiry of : times) {
      if (of.anyDue(millis)) {
        return true;
      }
    }
    return false;
  }

  /** Of each key whose timers have come the earliest; of several at one time the first named. */
  List<Due> firstDue(IntPredicate isLive, long millis) {
    List<int[]> slots = new ArrayList<>(times.length);
    for (Expiry of : times) {
      slots.add(of.due(isLive, millis));
    }
    for (int t = 0; t < times.length; t++) {
      for (int slot : slots.get(t)) {
        ensureRoom(slot);
        int other = first[slot];
        if (other < 0 || times[t].at(slot) < times[other].at(slot)) {
          first[slot] = t;
        }
      }
    }
    List<Due> due = new ArrayList<>();
    for (int t = 0; t < times.length; t++) {
      int timer = t;
      int[] all = slots.get(t);
      int[] own = Arrays.stream(all).filter(slot -> first[slot] == timer).toArray();
      if (own.length < all.length) {
        // The others wait on.
        Arrays.stream(all)
            .filter(slot -> first[slot] != timer)
            .forEach(slot -> times[timer].put(slot, times[timer].at(slot)));
      }
      if (own.length > 0) {
        long[] micros = Arrays.stream(own).mapToLong(times[t]::at).toArray();
        due.add(new Due(t, own, micros));
      }
    }
    slots.forEach(all -> Arrays.stream(all).forEach(slot -> first[slot] = -1));
    return due;
  }

  private void ensureRoom(int slot) {
    int old = first.length;
    if (slot >= old) {
      first = Arrays.copyOf(first, Math.max(slot + 1, old * 2));
      Arrays.fill(first, old, first.length, -1);
    }
  }
}
