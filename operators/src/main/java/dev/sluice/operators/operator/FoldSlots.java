package dev.sluice.operators.operator;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.keyed.EventTimes;
import dev.sluice.operators.keyed.GroupTable;
import dev.sluice.operators.keyed.IntList;
import dev.sluice.operators.keyed.KeyBatch;
import dev.sluice.operators.keyed.KeyCodec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/** The states of the keys of one {@link FoldPartition}, by slot. */
final class FoldSlots {
  final KeyCodec codec;

  /** The slots whose key has a state. A key without one is in the table only during an epoch. */
  final BitSet known = new BitSet();

  GroupTable table;

  private final TransformWithStatePlan plan;
  private final FoldTimers timers;
  private final KeyBatch keyBatch = new KeyBatch();
  private final SlotColumn[] state;
  // Until when the values of columns live; empty for those that live for ever.
  private final List<Optional<SlotColumn>> until = new ArrayList<>();

  /**
   * @param timers of the same keys
   */
  FoldSlots(TransformWithStatePlan plan, FoldTimers timers) {
    this.plan = plan;
    this.timers = timers;
    this.codec = plan.codec();
    this.table = new GroupTable(codec);
    this.state = new SlotColumn[plan.program.state().size()];
    clearColumns();
  }

  /** Forgets all, and the room that it took. */
  void clear() {
    table = new GroupTable(codec);
    known.clear();
    timers.clear();
    clearColumns();
  }

  private void clearColumns() {
    until.clear();
    for (int i = 0; i < state.length; i++) {
      state[i] = SlotColumn.of(plan.program.state().field(i).type());
      until.add(
          plan.livesForATime(i)
              ? Optional.of(SlotColumn.of(AtomicType.TIMESTAMP))
              : Optional.empty());
    }
  }

  /** The slot of each key; a key that is not there gets one. */
  int[] slots(List<Column> keys, int count) {
    codec.encode(keys, count, keyBatch);
    int[] slots = new int[count];
    table.findOrAdd(keyBatch, null, count, slots);
    return slots;
  }

  /** Gives keys that are not there slots, which are put behind others. */
  void addNew(List<Column> keys, int count, IntList addedSlots) {
    codec.encode(keys, count, keyBatch);
    table.addNew(keyBatch, count, addedSlots);
  }

  /** What is there of the keys at these slots. */
  FoldStates load(int[] slots) {
    boolean[] has = new boolean[slots.length];
    int[] stored = slots.clone();
    for (int i = 0; i < slots.length; i++) {
      has[i] = known.get(slots[i]) && !timers.hasExpired(slots[i]);
      stored[i] = has[i] ? slots[i] : -1;
    }
    long[][] times = new long[state.length][0];
    for (int c = 0; c < times.length; c++) {
      if (until.get(c).isPresent()) {
        EventTimes kept = EventTimes.of(until.get(c).get().get(stored, 0, stored.length));
        times[c] = new long[stored.length];
        for (int i = 0; i < stored.length; i++) {
          times[c][i] = kept.isKnown(i) ? kept.micros()[i] : FoldStates.ABSENT;
        }
      }
    }
    return new FoldStates(
        plan, FoldColumns.get(state, stored, 0, stored.length), has, times, timers.named(stored));
  }

  /** Stores what the keys {@code [from, to)} have come to. */
  void keep(int[] slots, int from, int to, FoldStates states) {
    if (from == to) {
      return;
    }
    FoldColumns.put(state, slots, from, to, states.values());
    for (int c = 0; c < state.length; c++) {
      if (until.get(c).isPresent()) {
        until.get(c).get().put(slots, from, to, states.until(c, to));
      }
    }
    for (int i = from; i < to; i++) {
      known.set(slots[i], states.has[i]);
      timers.putNamed(slots[i], states, i);
      timers.renew(slots[i], states.lastUntil(i));
    }
  }

  /** Takes keys out of the table. */
  void drop(int[] slots, int count) {
    table.remove(slots, count);
    for (SlotColumn column : state) {
      column.forget(slots, count);
    }
    until.forEach(times -> times.ifPresent(column -> column.forget(slots, count)));
    for (int i = 0; i < count; i++) {
      known.clear(slots[i]);
    }
    timers.forget(slots, count);
  }

  /** About how many bytes of heap it holds. */
  long memoryBytes() {
    long bytes = table.memoryBytes();
    for (SlotColumn column : state) {
      bytes += column.memoryBytes();
    }
    for (Optional<SlotColumn> times : until) {
      bytes += times.map(SlotColumn::memoryBytes).orElse(0L);
    }
    return bytes + timers.memoryBytes();
  }

  /** The rows of {@code slots[from..to)}. */
  Batch rows(int[] slots, int from, int to) {
    List<Column> columns = new ArrayList<>(table.keys(slots, from, to));
    columns.addAll(FoldColumns.get(state, slots, from, to));
    columns.addAll(timers.columns(slots, from, to));
    until.forEach(times -> times.ifPresent(column -> columns.add(column.get(slots, from, to))));
    columns.addAll(timers.namedColumns(slots, from, to));
    return new Batch(plan.stateSchema, columns, to - from);
  }

  /** Takes rows, each in the place of that of the same key. */
  void put(Batch rows) {
    int keys = plan.keyTypes.size();
    int[] slots = new int[rows.rows()];
    codec.encode(rows.columns().subList(0, keys), rows.rows(), keyBatch);
    table.findOrAdd(keyBatch, null, rows.rows(), slots);
    take(slots, rows.columns().subList(keys, rows.columns().size()));
  }

  /** Gives slots what is kept of their keys: the columns of the state's rows after the keys. */
  void take(int[] slots, List<Column> values) {
    FoldColumns.put(state, slots, 0, slots.length, values);
    int next = state.length;
    timers.put(slots, values.subList(next, next + timers.columnCount()));
    next += timers.columnCount();
    for (Optional<SlotColumn> times : until) {
      if (times.isPresent()) {
        times.get().put(slots, 0, slots.length, values.get(next++));
      }
    }
    timers.putNamed(slots, values.subList(next, values.size()));
    for (int slot : slots) {
      known.set(slot);
    }
  }

  /** Takes keys out, if they are there. */
  void remove(Batch rows) {
    codec.encode(rows.columns(), rows.rows(), keyBatch);
    int[] there = table.findAll(keyBatch, rows.rows());
    drop(there, there.length);
  }

  /** Receives which rows of state were taken, and the slots that they have got. */
  interface Taken {
    void rows(int[] rows, int[] slots, int count);
  }

  /** Takes those of the rows whose keys are not there; the slots of all. */
  int[] takeAbsent(Batch rows, Taken taken) {
    int keys = plan.keyTypes.size();
    codec.encode(rows.columns().subList(0, keys), rows.rows(), keyBatch);
    int[] newRows = new int[rows.rows()];
    int[] newSlots = new int[rows.rows()];
    int fresh = table.addNew(keyBatch, rows.rows(), newRows, newSlots);
    int[] slots = new int[rows.rows()];
    table.find(keyBatch, rows.rows(), slots);
    List<Column> columns = rows.select(newRows, fresh).columns();
    int[] freshSlots = Arrays.copyOf(newSlots, fresh);
    take(freshSlots, columns.subList(keys, columns.size()));
    taken.rows(newRows, freshSlots, fresh);
    return slots;
  }
}
