package dev.sluice.operators.spill;

import dev.sluice.operators.keyed.EventTimes;
import java.io.IOException;
import java.util.Arrays;

/**
 * By one clock, when the rows of a partition that lie beyond the heap are looked at again. If the
 * time of a key moves, it has one entry all the same, at that time or before it: when that comes
 * up, the key is written down for its time. What a key's entry is lies beside its row, and by slot
 * while it is in the heap. Only a time that moves to an earlier one leaves an entry behind, which
 * is nobody's when it comes up. Not thread-safe.
 */
final class SpilledClock {
  /** The time of what has none. */
  static final long NEVER = Long.MAX_VALUE;

  private final SpilledTimes times;
  private long[] entries = new long[0];
  // Entries up to here are of no use once the epoch is committed.
  private long passed = Long.MIN_VALUE;
  // No key is due up to here, until the next epoch.
  private long idle = Long.MIN_VALUE;

  SpilledClock(SpilledTimes times) {
    this.times = times;
  }

  private static long limit(long millis) {
    return Math.min(EventTimes.watermarkMicros(millis), NEVER - 1);
  }

  // ---- entries of keys

  /** The entry of the key at a slot. */
  void hold(int slot, long micros) {
    if (slot >= entries.length) {
      int old = entries.length;
      entries = Arrays.copyOf(entries, Math.max(slot + 1, Math.max(32, old + (old >> 1))));
      Arrays.fill(entries, old, entries.length, NEVER);
    }
    entries[slot] = micros;
  }

  /** Forgets which slot has which entry. */
  void clearSlots() {
    entries = new long[0];
  }

  long memoryBytes() {
    return 8L * entries.length;
  }

  /** Adds an entry, however many the key has. */
  void add(long micros, byte[] keys, int from, int to) throws IOException {
    times.add(micros, keys, from, to);
  }

  /**
   * Sees to it that the key at a slot has an entry, not after its time.
   *
   * @return the entry that it has now; {@link #NEVER} for none
   */
  long ensure(int slot, long due, byte[] keys, int from, int to) throws IOException {
    long entry = slot < entries.length ? entries[slot] : NEVER;
    if (entry <= passed) {
      // Goes with the epoch.
      entry = NEVER;
    }
    if (due < entry) {
      long at = Math.max(due, passed + 1);
      if (at < entry) {
        entry = at;
        times.add(entry, keys, from, to);
      }
    }
    hold(slot, entry);
    return entry;
  }

  // ---- what comes up

  /** True if entries may come up. */
  boolean anyUpTo(long millis) {
    return times.anyUpTo(limit(millis));
  }

  /** The entries whose time has come, which go with this epoch. */
  SpilledTimes.Entries come(long millis) throws IOException {
    passed = Math.max(passed, limit(millis));
    return times.between(Long.MIN_VALUE, passed);
  }

  /** Those that have come since it was last told that none is due; nothing goes. */
  SpilledTimes.Entries news(long millis) throws IOException {
    return times.between(idle == Long.MIN_VALUE ? idle : idle + 1, limit(millis));
  }

  /** True if {@link #news} may have an entry. */
  boolean anyNews(long millis) {
    return limit(millis) > idle && anyUpTo(millis);
  }

  /** No key is due up to a time; some may come to be in the next epoch. */
  void noneDue(long millis) {
    idle = limit(millis);
  }

  /** Writes the entries that wait. */
  void release() throws IOException {
    times.release();
  }

  /** The epoch is over. */
  void committed() throws IOException {
    times.release();
    idle = Long.MIN_VALUE;
    if (passed != Long.MIN_VALUE) {
      times.forget(passed);
      passed = Long.MIN_VALUE;
    }
  }
}
