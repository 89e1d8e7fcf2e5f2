package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.keyed.EventTimes;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one side of a join that hash to one partition: by key a list of rows, in the order
 * they came. Single-threaded.
 */
final class JoinSide {
  static final int NONE = -1;

  final StreamJoinPlan.Side plan;
  final JoinRows rows;
  // Where the state has other numbers for rows than the heap.
  private final @Nullable RowIds ids;
  // By slot of the key.
  private int[] first = new int[0];
  private int[] last = new int[0];
  // By number of the row.
  private int[] next = new int[0];
  private int[] previous = new int[0];
  private int[] slots = new int[0];
  private final BitSet matched = new BitSet();

  // What the epoch did.
  private final BitSet fresh = new BitSet();
  private final BitSet isChanged = new BitSet();
  private int[] changed = new int[16];
  private int changedCount;
  private int addedCount;

  /**
   * @param ids the numbers of rows in the state; null if they are those in the heap
   */
  JoinSide(StreamJoinPlan.Side plan, @Nullable RowIds ids) {
    this.plan = plan;
    this.ids = ids;
    this.rows = new JoinRows(plan.types());
  }

  void begin() {
    fresh.clear();
    isChanged.clear();
    changedCount = 0;
    addedCount = 0;
  }

  /** Makes room for the slots of the keys, which both sides share. */
  void ensureSlots(int count) {
    if (count > first.length) {
      int old = first.length;
      int capacity = Math.max(count, old + (old >> 1) + 32);
      first = Arrays.copyOf(first, capacity);
      last = Arrays.copyOf(last, capacity);
      Arrays.fill(first, old, capacity, NONE);
      Arrays.fill(last, old, capacity, NONE);
    }
  }

  /** The first row of a key, {@link #NONE} if there is none. */
  int first(int slot) {
    return first[slot];
  }

  int next(int row) {
    return next[row];
  }

  int slot(int row) {
    return slots[row];
  }

  /** The number of a row in the state. */
  int id(int row) {
    return ids == null ? row : ids.of(row);
  }

  boolean isMatched(int row) {
    return matched.get(row);
  }

  /** The row has had a partner. */
  void match(int row) {
    if (!matched.get(row)) {
      matched.set(row);
      change(row);
    }
  }

  private void change(int row) {
    if (!isChanged.get(row)) {
      isChanged.set(row);
      if (changedCount == changed.length) {
        changed = Arrays.copyOf(changed, changedCount * 2);
      }
      changed[changedCount++] = row;
    }
  }

  /** Takes a row of the epoch, whose columns follow; its number. */
  int add(int slot, long time, boolean isMatched) {
    int row = rows.reserve(time);
    link(row, slot, isMatched);
    if (ids != null) {
      ids.take(row);
    }
    fresh.set(row);
    addedCount++;
    change(row);
    return row;
  }

  private void link(int row, int slot, boolean isMatched) {
    if (row >= next.length) {
      int capacity = Math.max(row + 1, next.length + (next.length >> 1) + 32);
      next = Arrays.copyOf(next, capacity);
      previous = Arrays.copyOf(previous, capacity);
      slots = Arrays.copyOf(slots, capacity);
    }
    slots[row] = slot;
    next[row] = NONE;
    previous[row] = last[slot];
    if (last[slot] == NONE) {
      first[slot] = row;
    } else {
      next[last[slot]] = row;
    }
    last[slot] = row;
    matched.set(row, isMatched);
  }

  /** Forgets a row; true if it was there before the epoch. */
  boolean remove(int row) {
    int slot = slots[row];
    if (previous[row] == NONE) {
      first[slot] = next[row];
    } else {
      next[previous[row]] = next[row];
    }
    if (next[row] == NONE) {
      last[slot] = previous[row];
    } else {
      previous[next[row]] = previous[row];
    }
    matched.clear(row);
    rows.remove(row);
    if (ids != null) {
      ids.free(ids.of(row));
    }
    return !fresh.get(row);
  }

  /** Rows of state: added, or changed if they are there. */
  void restore(
      int[] rowNumbers,
      int[] rowSlots,
      boolean[] isMatched,
      List<Column> keyColumns,
      List<Column> kept) {
    Batch whole = new Batch(plan.schema, plan.widen(kept, rowNumbers.length), rowNumbers.length);
    Optional<EventTimes> times = plan.times(whole, keyColumns);
    int[] added = new int[rowNumbers.length];
    int[] positions = new int[rowNumbers.length];
    int count = 0;
    for (int i = 0; i < rowNumbers.length; i++) {
      int row = rowNumbers[i];
      if (rows.isLive(row)) {
        matched.set(row, isMatched[i]);
        continue;
      }
      rows.reserve(row, time(times, i));
      link(row, rowSlots[i], isMatched[i]);
      added[count] = row;
      positions[count++] = i;
    }
    int total = count;
    List<Column> columns = kept.stream().map(c -> c.select(positions, total)).toList();
    rows.fill(List.of(columns), Arrays.copyOf(added, count));
  }

  /** Rows of state, none of which is in the heap. */
  void load(
      RowIds known,
      int[] rowIds,
      int[] rowSlots,
      boolean[] isMatched,
      List<Column> keyColumns,
      List<Column> kept) {
    Batch whole = new Batch(plan.schema, plan.widen(kept, rowIds.length), rowIds.length);
    Optional<EventTimes> times = plan.times(whole, keyColumns);
    int[] added = new int[rowIds.length];
    for (int i = 0; i < added.length; i++) {
      added[i] = rows.reserve(time(times, i));
      known.put(added[i], rowIds[i]);
      link(added[i], rowSlots[i], isMatched[i]);
      // The number may have been that of a row which came and went in this epoch.
      fresh.clear(added[i]);
    }
    rows.fill(List.of(kept), added);
  }

  static long time(Optional<EventTimes> times, int row) {
    return times.isPresent() && times.get().isKnown(row)
        ? times.get().micros()[row]
        : JoinRows.NEVER;
  }

  /** The rows that the epoch added or matched and that are still there, chunk by chunk. */
  int[] changed() {
    int[] live = Arrays.stream(changed, 0, changedCount).filter(rows::isLive).toArray();
    int[] order = rows.byChunk(live, live.length);
    for (int i = 0; i < order.length; i++) {
      order[i] = live[order[i]];
    }
    return order;
  }

  int addedCount() {
    return addedCount;
  }

  long memoryBytes() {
    return rows.memoryBytes() + 8L * first.length + 12L * next.length + matched.size() / 4;
  }
}
