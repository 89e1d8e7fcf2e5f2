package dev.sluice.operators.spill;

import dev.sluice.operators.keyed.Hashing;
import dev.sluice.operators.state.LocalStore;
import java.io.IOException;
import java.util.Arrays;

/**
 * Which keys are over at which time, beyond the heap: the keys of one second lie together, in as
 * many values as there were times to write them. A value has, for each key, its time (8 bytes), its
 * length (4) and itself. What a key is now, and whether this is its time, is to be found elsewhere.
 * Not thread-safe.
 */
final class SpilledTimes {
  private static final int WAITING_BYTES = 1 << 20;
  private static final long SECOND = 1_000_000;
  private static final byte[] NOTHING = new byte[0];

  private final LocalStore store;
  private final byte[] prefix;
  private long written;
  // No entry is before it.
  private long earliest = Long.MAX_VALUE;
  // Entries that wait to be written, and where each begins.
  private byte[] waiting = NOTHING;
  private int waitingBytes;
  private int[] starts = new int[0];
  private int count;

  /**
   * @param prefix below which the store has nothing
   */
  SpilledTimes(LocalStore store, byte[] prefix) {
    this.store = store;
    this.prefix = prefix;
  }

  private byte[] place(long second, int room) {
    byte[] place = Arrays.copyOf(prefix, prefix.length + 8 + room);
    Hashing.LONGS.set(place, prefix.length, Long.reverseBytes(second ^ Long.MIN_VALUE));
    return place;
  }

  void add(long micros, byte[] keys, int from, int to) throws IOException {
    int needed = 12 + to - from;
    earliest = Math.min(earliest, micros);
    if (waitingBytes + needed > WAITING_BYTES) {
      flush();
    }
    if (waitingBytes + needed > waiting.length) {
      waiting = Arrays.copyOf(waiting, Math.max(waitingBytes + needed, waiting.length * 2));
    }
    if (count + 1 >= starts.length) {
      starts = Arrays.copyOf(starts, Math.max(256, count * 2));
    }
    starts[count++] = waitingBytes;
    Hashing.LONGS.set(waiting, waitingBytes, micros);
    Hashing.INTS.set(waiting, waitingBytes + 8, to - from);
    System.arraycopy(keys, from, waiting, waitingBytes + 12, to - from);
    waitingBytes += needed;
    starts[count] = waitingBytes;
  }

  /** Writes the entries that wait, and forgets the room that they took. */
  void release() throws IOException {
    flush();
    waiting = NOTHING;
    starts = new int[0];
  }

  private long second(int entry) {
    return Math.floorDiv((long) Hashing.LONGS.get(waiting, starts[entry]), SECOND);
  }

  /** The entries in the order of their seconds, of which there are mostly few. */
  private int[] bySecond() {
    long[] seconds = new long[count];
    for (int i = 0; i < count; i++) {
      seconds[i] = second(i);
    }
    Arrays.sort(seconds);
    int distinct = 1;
    for (int i = 1; i < count; i++) {
      if (seconds[i] != seconds[distinct - 1]) {
        seconds[distinct++] = seconds[i];
      }
    }
    long[] keyed = new long[count];
    for (int i = 0; i < count; i++) {
      keyed[i] = (long) Arrays.binarySearch(seconds, 0, distinct, second(i)) << 32 | i;
    }
    Arrays.sort(keyed);
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      order[i] = (int) keyed[i];
    }
    return order;
  }

  private void flush() throws IOException {
    if (count == 0) {
      return;
    }
    int[] order = bySecond();
    try (LocalStore.Changes changes = store.change()) {
      for (int from = 0; from < count; ) {
        long second = second(order[from]);
        int to = from;
        int length = 0;
        for (; to < count && second(order[to]) == second; to++) {
          length += starts[order[to] + 1] - starts[order[to]];
        }
        byte[] value = new byte[length];
        int at = 0;
        for (; from < to; from++) {
          int start = starts[order[from]];
          int size = starts[order[from] + 1] - start;
          System.arraycopy(waiting, start, value, at, size);
          at += size;
        }
        byte[] key = place(second, 8);
        Hashing.LONGS.set(key, key.length - 8, Long.reverseBytes(written++));
        changes.put(key, value);
      }
      changes.apply();
    }
    count = 0;
    waitingBytes = 0;
  }

  /** True if there is an entry at or before a time, or was one. */
  boolean anyUpTo(long micros) {
    return earliest <= micros;
  }

  /** Forgets the entries up to a time; those of its last second go with the next ones. */
  void forget(long micros) throws IOException {
    earliest = Math.max(earliest, micros + 1);
    try (LocalStore.Changes changes = store.change()) {
      changes.removeRange(
          place(Math.floorDiv(Long.MIN_VALUE, SECOND), 0),
          place(Math.floorDiv(micros + 1, SECOND), 0));
      changes.apply();
    }
  }

  /** The entries from {@code from} up to {@code to}, as they are now. */
  Entries between(long from, long to) throws IOException {
    flush();
    long first = Math.max(from, earliest);
    return new Entries(
        store.scan(place(Math.floorDiv(first, SECOND), 0), place(Math.floorDiv(to, SECOND) + 1, 0)),
        first,
        to);
  }

  /** Entries that are read one after the other. */
  static final class Entries implements AutoCloseable {
    private final LocalStore.Cursor cursor;
    private final long from;
    private final long to;
    private byte[] value = NOTHING;
    private int next;
    private int at;

    Entries(LocalStore.Cursor cursor, long from, long to) {
      this.cursor = cursor;
      this.from = from;
      this.to = to;
    }

    /** Goes to the next key; false if there is none. */
    boolean next() throws IOException {
      while (true) {
        if (next == value.length) {
          if (!cursor.next()) {
            return false;
          }
          value = cursor.value();
          next = 0;
        }
        at = next;
        next += 12 + (int) Hashing.INTS.get(value, at + 8);
        if (micros() >= from && micros() <= to) {
          return true;
        }
      }
    }

    long micros() {
      return (long) Hashing.LONGS.get(value, at);
    }

    byte[] data() {
      return value;
    }

    int keyAt() {
      return at + 12;
    }

    int keyEnd() {
      return next;
    }

    @Override
    public void close() {
      cursor.close();
    }
  }
}
