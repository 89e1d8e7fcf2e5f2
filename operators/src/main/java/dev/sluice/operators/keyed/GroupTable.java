package dev.sluice.operators.keyed;

import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.IntBuilder;
import dev.sluice.operators.data.LongBuilder;
import dev.sluice.operators.data.Validity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A hash table from keys to slots: small numbers, handed out from 0 up, at which accumulators keep
 * their values. Open addressing with linear probing; an entry is one {@code long}, the hash above
 * the slot, so that neither growing nor most comparisons touch a key. Keys are kept by slot: a
 * {@code long}, or bytes in a {@link KeyArena}. The slot of a removed key is handed out again.
 * Single-threaded.
 */
public final class GroupTable {
  private final KeyCodec codec;
  private long[] entries = new long[64];
  private int size;
  // Slots handed out so far, with removed ones.
  private int slots;
  private int[] free = new int[0];
  private int freeCount;
  private long[] live = new long[1];
  // By slot: the key if it is one number, else its address in the arena.
  private long[] keys = new long[32];
  private @Nullable KeyArena arena;
  private int nullSlot = -1;

  public GroupTable(KeyCodec codec) {
    this.codec = codec;
    this.arena = codec.single() ? null : new KeyArena();
  }

  /** How many keys it holds. */
  public int size() {
    return size;
  }

  /** All slots are below. */
  public int slots() {
    return slots;
  }

  public boolean isLive(int slot) {
    return (live[slot >> 6] >>> slot & 1L) != 0;
  }

  /**
   * The slot of each key, in {@code into}; a key that is not there gets one.
   *
   * @param rows which rows of the keys, or null for the first {@code count}
   */
  public void findOrAdd(KeyBatch batch, int @Nullable [] rows, int count, int[] into) {
    if (arena == null && rows == null && batch.validity == Validity.ALL) {
      findOrAddNumbers(batch, count, into);
    } else if (arena == null) {
      for (int i = 0; i < count; i++) {
        int row = rows == null ? i : rows[i];
        into[i] = numberSlot(batch, row, true);
      }
    } else {
      for (int i = 0; i < count; i++) {
        int row = rows == null ? i : rows[i];
        into[i] = bytesSlot(arena, batch, row, true);
      }
    }
  }

  /** Most keys are there, at the first place where they can be: that much is seen at a glance. */
  private void findOrAddNumbers(KeyBatch batch, int count, int[] into) {
    long[] numbers = batch.longs;
    int[] hashes = batch.hashes;
    long[] table = entries;
    long[] known = keys;
    for (int row = 0; row < count; row++) {
      int hash = hashes[row];
      long entry = table[hash & table.length - 1];
      int slot = (int) entry - 1;
      if (slot >= 0 && (int) (entry >>> 32) == hash && known[slot] == numbers[row]) {
        into[row] = slot;
      } else {
        into[row] = numberSlot(batch, row, true);
        table = entries;
        known = keys;
      }
    }
  }

  /** As {@link #findOrAdd}, with -1 for a key that is not there. */
  public void find(KeyBatch batch, int count, int[] into) {
    for (int row = 0; row < count; row++) {
      into[row] = slot(batch, row, false);
    }
  }

  /** The slots of those of the first {@code count} keys that are there. */
  public int[] findAll(KeyBatch batch, int count) {
    int[] found = new int[count];
    int known = 0;
    for (int row = 0; row < count; row++) {
      int slot = slot(batch, row, false);
      if (slot >= 0) {
        found[known++] = slot;
      }
    }
    return Arrays.copyOf(found, known);
  }

  public boolean contains(KeyBatch batch, int row) {
    return slot(batch, row, false) >= 0;
  }

  /**
   * Adds the keys that are not there, each once, in the order of the rows.
   *
   * @param addedRows gets the rows whose key was added
   * @param addedSlots gets their slots
   * @return how many
   */
  public int addNew(KeyBatch batch, int count, int[] addedRows, int[] addedSlots) {
    return addNew(batch, null, count, addedRows, addedSlots);
  }

  /** As above, of {@code rows[0..count)}, or of the first {@code count} for null. */
  public int addNew(
      KeyBatch batch, int @Nullable [] rows, int count, int[] addedRows, int[] addedSlots) {
    int added = 0;
    for (int i = 0; i < count; i++) {
      int row = rows == null ? i : rows[i];
      int before = size;
      int slot = slot(batch, row, true);
      if (size > before) {
        addedRows[added] = row;
        addedSlots[added++] = slot;
      }
    }
    return added;
  }

  /** As above; their slots are put behind others. */
  public void addNew(KeyBatch batch, int count, IntList addedSlots) {
    for (int row = 0; row < count; row++) {
      int before = size;
      int slot = slot(batch, row, true);
      if (size > before) {
        addedSlots.add(slot);
      }
    }
  }

  private int slot(KeyBatch batch, int row, boolean add) {
    return arena == null ? numberSlot(batch, row, add) : bytesSlot(arena, batch, row, add);
  }

  private int numberSlot(KeyBatch batch, int row, boolean add) {
    if (batch.validity != Validity.ALL && batch.validity.isNull(row)) {
      if (nullSlot < 0 && add) {
        nullSlot = newSlot(0L);
        size++;
      }
      return nullSlot;
    }
    long key = batch.longs[row];
    int hash = batch.hashes[row];
    long tag = (long) hash << 32;
    int mask = entries.length - 1;
    int at = hash & mask;
    while (true) {
      long entry = entries[at];
      if (entry == 0L) {
        return add ? insert(at, hash, key) : -1;
      }
      if ((entry & 0xFFFFFFFF00000000L) == tag) {
        int slot = (int) entry - 1;
        if (keys[slot] == key) {
          return slot;
        }
      }
      at = at + 1 & mask;
    }
  }

  private int bytesSlot(KeyArena bytes, KeyBatch batch, int row, boolean add) {
    int from = batch.offsets[row];
    int to = batch.offsets[row + 1];
    int hash = batch.hashes[row];
    long tag = (long) hash << 32;
    int mask = entries.length - 1;
    int at = hash & mask;
    while (true) {
      long entry = entries[at];
      if (entry == 0L) {
        return add ? insert(at, hash, bytes.add(batch.data, from, to)) : -1;
      }
      if ((entry & 0xFFFFFFFF00000000L) == tag) {
        int slot = (int) entry - 1;
        if (bytes.matches(keys[slot], batch.data, from, to)) {
          return slot;
        }
      }
      at = at + 1 & mask;
    }
  }

  private int insert(int at, int hash, long key) {
    int slot = newSlot(key);
    entries[at] = (long) hash << 32 | slot + 1;
    size++;
    if (size * 5L > entries.length * 3L) {
      resize(entries.length * 2);
    }
    return slot;
  }

  private int newSlot(long key) {
    int slot = freeCount > 0 ? free[--freeCount] : slots++;
    if (slot >= keys.length) {
      keys = Arrays.copyOf(keys, slot + (slot >> 1) + 32);
    }
    if (slot >> 6 >= live.length) {
      live = Arrays.copyOf(live, live.length * 2);
    }
    keys[slot] = key;
    live[slot >> 6] |= 1L << slot;
    return slot;
  }

  /** Forgets all keys, not the memory they took. */
  public void clear() {
    Arrays.fill(entries, 0L);
    Arrays.fill(live, 0L);
    size = 0;
    slots = 0;
    freeCount = 0;
    nullSlot = -1;
    arena = codec.single() ? null : new KeyArena();
  }

  private void resize(int capacity) {
    if (capacity <= 0) {
      throw new IllegalStateException("more than a thousand million groups");
    }
    long[] larger = new long[capacity];
    int mask = capacity - 1;
    for (long entry : entries) {
      if (entry != 0L) {
        int at = (int) (entry >>> 32) & mask;
        while (larger[at] != 0L) {
          at = at + 1 & mask;
        }
        larger[at] = entry;
      }
    }
    entries = larger;
  }

  /** Removes the keys of these slots, which must be live; they will be handed out again. */
  public void remove(int[] removed, int count) {
    if (freeCount + count > free.length) {
      free = Arrays.copyOf(free, Math.max(freeCount + count, free.length * 2));
    }
    for (int i = 0; i < count; i++) {
      int slot = removed[i];
      if (slot == nullSlot) {
        nullSlot = -1;
      } else {
        removeEntry(slot);
      }
      live[slot >> 6] &= ~(1L << slot);
      free[freeCount++] = slot;
      size--;
    }
    if (arena != null && arena.wantsCompaction()) {
      compact(arena);
    }
  }

  private void removeEntry(int slot) {
    int hash = hash(slot);
    if (arena != null) {
      arena.forget(keys[slot]);
    }
    int mask = entries.length - 1;
    int at = hash & mask;
    while ((int) entries[at] != slot + 1) {
      at = at + 1 & mask;
    }
    // Close the gap: move back whatever was pushed past it.
    int gap = at;
    int next = at + 1 & mask;
    while (entries[next] != 0L) {
      int home = (int) (entries[next] >>> 32) & mask;
      if ((next - home & mask) >= (next - gap & mask)) {
        entries[gap] = entries[next];
        gap = next;
      }
      next = next + 1 & mask;
    }
    entries[gap] = 0L;
  }

  private void compact(KeyArena old) {
    KeyArena fresh = new KeyArena();
    for (int slot = 0; slot < slots; slot++) {
      if (isLive(slot)) {
        int from = KeyArena.start(keys[slot]);
        keys[slot] = fresh.add(old.chunk(keys[slot]), from, from + old.length(keys[slot]));
      }
    }
    arena = fresh;
  }

  /** All live slots, in order. */
  public int[] liveSlots() {
    int[] found = new int[size];
    int count = 0;
    for (int slot = 0; slot < slots; slot++) {
      if (isLive(slot)) {
        found[count++] = slot;
      }
    }
    return found;
  }

  /** The hash of the key of a live slot. */
  public int hash(int slot) {
    if (arena == null) {
      return slot == nullSlot ? 0 : Hashing.hash(keys[slot]);
    }
    int from = KeyArena.start(keys[slot]);
    return Hashing.hash(arena.chunk(keys[slot]), from, from + arena.length(keys[slot]));
  }

  /** The keys of {@code wanted[from..to)} as columns. */
  public List<Column> keys(int[] wanted, int from, int to) {
    List<DataType> types = codec.types();
    List<ColumnBuilder> builders = new ArrayList<>(types.size());
    for (DataType type : types) {
      builders.add(ColumnBuilder.of(type, Math.max(1, to - from)));
    }
    if (arena == null) {
      readNumbers(wanted, from, to, builders.get(0));
    } else {
      KeyReader reader = new KeyReader();
      for (int i = from; i < to; i++) {
        long address = keys[wanted[i]];
        reader.at(arena.chunk(address), KeyArena.start(address));
        for (int column = 0; column < types.size(); column++) {
          reader.read(types.get(column), builders.get(column));
        }
      }
    }
    List<Column> columns = new ArrayList<>(types.size());
    for (ColumnBuilder builder : builders) {
      columns.add(builder.build());
    }
    return columns;
  }

  private void readNumbers(int[] wanted, int from, int to, ColumnBuilder into) {
    for (int i = from; i < to; i++) {
      int slot = wanted[i];
      if (slot == nullSlot) {
        into.appendNull();
      } else if (into instanceof LongBuilder longs) {
        longs.append(keys[slot]);
      } else {
        ((IntBuilder) into).append((int) keys[slot]);
      }
    }
  }

  /** About how many bytes of heap it holds. */
  public long memoryBytes() {
    return 8L * (entries.length + keys.length + live.length)
        + 4L * free.length
        + (arena == null ? 0 : arena.bytes());
  }
}
