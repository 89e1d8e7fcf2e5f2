package dev.sluice.operators.operator;

import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.ColumnMemory;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.keyed.IntList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Values of changing size (strings, arrays, maps, structs) by slot. Each write is a segment, a copy
 * of its values; a slot knows its segment and row. Segments that are small, or of which most values
 * have been replaced, are copied into one, so that a value is copied a limited number of times and
 * at most half of what is held is garbage, by rows and by bytes.
 */
final class NestedSlots extends SlotColumn {
  private static final int SMALL = 1024;
  private static final int MOST_SMALL = 64;
  private static final int SEGMENT_ROWS = 65_536;
  private static final long SEGMENT_BYTES = 16 << 20;
  private static final long NOWHERE = -1L;

  /** So much garbage is left in any case. */
  private static final long LEAST_GARBAGE = 1 << 20;

  private final DataType type;
  // By slot: the segment above the row.
  private long[] places = new long[0];
  private final List<@Nullable Segment> segments = new ArrayList<>();
  private final List<Integer> free = new ArrayList<>();
  private int small;
  private long held;
  private long live;
  private long bytes;
  // Of these bytes those of values that are no longer anybody's.
  private long garbage;

  /** {@code slots[row]} is whose value it is, or was. */
  private static final class Segment {
    final FlatColumn values;
    final int[] slots;
    final long bytes;
    int live;

    Segment(FlatColumn values, int[] slots) {
      this.values = values;
      this.slots = slots;
      this.bytes = ColumnMemory.bytes(values) + 4L * slots.length;
      this.live = slots.length;
    }

    /** Of a value, on the average. */
    long bytesARow() {
      return bytes / slots.length;
    }

    boolean isSmall() {
      return slots.length < SMALL;
    }
  }

  NestedSlots(DataType type) {
    this.type = type;
  }

  @Override
  void put(int[] slots, int from, int to, Column values) {
    if (from == to) {
      return;
    }
    ensure(slots, from, to);
    ColumnBuilder copy = ColumnBuilder.of(type, to - from);
    for (int i = from; i < to; i++) {
      copy.appendFrom(values, i);
      drop(slots[i]);
    }
    add(copy, Arrays.copyOfRange(slots, from, to));
    if (small > MOST_SMALL) {
      rewrite(true);
    }
    if (held > 2 * live + SMALL * MOST_SMALL || garbage > bytes / 2 + LEAST_GARBAGE) {
      rewrite(false);
    }
  }

  private void ensure(int[] slots, int from, int to) {
    int highest = -1;
    for (int i = from; i < to; i++) {
      highest = Math.max(highest, slots[i]);
    }
    if (highest >= places.length) {
      int before = places.length;
      places = Arrays.copyOf(places, Math.max(highest + 1, before + (before >> 1)));
      Arrays.fill(places, before, places.length, NOWHERE);
    }
  }

  private void add(ColumnBuilder values, int[] slots) {
    Segment segment = new Segment(values.build(), slots);
    int id = free.isEmpty() ? segments.size() : free.remove(free.size() - 1);
    if (id == segments.size()) {
      segments.add(segment);
    } else {
      segments.set(id, segment);
    }
    for (int row = 0; row < slots.length; row++) {
      places[slots[row]] = (long) id << 32 | row;
    }
    small += segment.isSmall() ? 1 : 0;
    held += slots.length;
    live += slots.length;
    bytes += segment.bytes;
  }

  /** What the slot held is garbage. */
  private void drop(int slot) {
    long place = slot < places.length ? places[slot] : NOWHERE;
    if (place == NOWHERE) {
      return;
    }
    places[slot] = NOWHERE;
    live--;
    int id = (int) (place >>> 32);
    Segment segment = segments.get(id);
    if (segment == null) {
      return;
    }
    garbage += segment.bytesARow();
    if (--segment.live == 0) {
      release(id, segment);
    }
  }

  private void release(int id, Segment segment) {
    segments.set(id, null);
    free.add(id);
    small -= segment.isSmall() ? 1 : 0;
    held -= segment.slots.length;
    bytes -= segment.bytes;
    garbage -= segment.bytesARow() * (segment.slots.length - segment.live);
  }

  /** Copies what is live, of the small segments or of all, into new ones. */
  private void rewrite(boolean onlySmall) {
    List<ColumnBuilder> copies = new ArrayList<>();
    List<IntList> owners = new ArrayList<>();
    long room = 0;
    for (int id = 0; id < segments.size(); id++) {
      Segment segment = segments.get(id);
      if (segment == null || onlySmall && !segment.isSmall()) {
        continue;
      }
      for (int row = 0; row < segment.slots.length; row++) {
        int slot = segment.slots[row];
        if (places[slot] != ((long) id << 32 | row)) {
          continue;
        }
        int last = copies.size() - 1;
        if (last < 0 || isFull(copies.get(last).size(), room)) {
          copies.add(ColumnBuilder.of(type, 16));
          owners.add(new IntList());
          room = SEGMENT_BYTES;
          last++;
        }
        copies.get(last).appendFrom(segment.values, row);
        owners.get(last).add(slot);
        room -= segment.bytesARow();
        places[slot] = NOWHERE;
        live--;
      }
      release(id, segment);
    }
    for (int i = 0; i < copies.size(); i++) {
      add(copies.get(i), owners.get(i).toArray());
    }
  }

  private static boolean isFull(int rows, long room) {
    return rows == SEGMENT_ROWS || room < 0 && rows >= SMALL;
  }

  @Override
  Column get(int[] slots, int from, int to) {
    ColumnBuilder found = ColumnBuilder.of(type, to - from);
    for (int i = from; i < to; i++) {
      int slot = slots[i];
      long place = slot < 0 || slot >= places.length ? NOWHERE : places[slot];
      Segment segment = place == NOWHERE ? null : segments.get((int) (place >>> 32));
      if (segment == null) {
        found.appendNull();
      } else {
        found.appendFrom(segment.values, (int) place);
      }
    }
    return found.build();
  }

  @Override
  void forget(int[] slots, int count) {
    for (int i = 0; i < count; i++) {
      drop(slots[i]);
    }
  }

  @Override
  long memoryBytes() {
    return 8L * places.length + bytes;
  }
}
