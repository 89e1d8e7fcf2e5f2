package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.keyed.EventTimes;
import dev.sluice.operators.keyed.GroupTable;
import dev.sluice.operators.keyed.KeyBatch;
import dev.sluice.operators.keyed.KeyCodec;
import dev.sluice.operators.spill.Spillable;
import dev.sluice.operators.spill.SpilledLookup;
import dev.sluice.operators.spill.SpilledRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The groups of one partition: those whose keys hash to it, over all workers. Several workers give
 * rows in, one at a time; one of them owns what comes out.
 */
final class AggregatePartition implements Spillable {
  /** Bytes that a group takes at most in tables which are kept for the next epoch. */
  private static final long LARGEST_GROUP = 512;

  private final AggregatePlan plan;
  private Groups groups;
  private final List<Pending> pending = new ArrayList<>();
  private final TouchedSlots touched = new TouchedSlots();
  private final RemovedKeys removed;
  private Expiry expiry = new Expiry();
  private final KeyCodec restoreCodec;
  private final KeyBatch restoredKeys = new KeyBatch();
  private @Nullable SpilledRows spilled;
  // The slots that have what lies of their group beyond the heap.
  private final BitSet loaded = new BitSet();
  private @Nullable Groups scratch;
  private long added;

  /** Groups of one worker that wait until all come, to be merged in the order of the input. */
  private record Pending(long order, int worker, Batch keys, List<Column> state) {}

  AggregatePartition(AggregatePlan plan) {
    this.plan = plan;
    this.restoreCodec = new KeyCodec(plan.keyTypes);
    this.groups = new Groups(plan);
    this.removed = new RemovedKeys(plan.keySchema);
  }

  /** Forgets all groups. */
  void reset() {
    groups = new Groups(plan);
    expiry = new Expiry();
    begin();
  }

  /** Forgets which groups were touched and removed. */
  void begin() {
    long came = touched.count();
    pending.clear();
    removed.clear();
    touched.clear();
    added = 0;
    if (spilled != null && groups.memoryBytes() > spilled.heldBytes()) {
      if (groups.memoryBytes() > came * LARGEST_GROUP) {
        // Made for an epoch that was far larger.
        groups = new Groups(plan);
      } else {
        groups.clear();
      }
      loaded.clear();
      expiry = new Expiry();
    }
  }

  /** Adds rows of the input: {@code rows[0..count)}, or the first {@code count} for null. */
  synchronized void add(
      Batch input, KeyBatch keys, int @Nullable [] rows, int count, EvaluationContext context) {
    int[] slots = groups.slots(keys, rows, count);
    touch(slots, count);
    groups.add(rows == null ? input : input.select(rows, count), slots, context);
  }

  /** Merges groups of a worker: row {@code i} of the state is that of key {@code rows[i]}. */
  synchronized void merge(KeyBatch keys, int @Nullable [] rows, int count, List<Column> state) {
    int[] slots = groups.slots(keys, rows, count);
    touch(slots, count);
    groups.merge(slots, state, count);
  }

  /**
   * All rows of the epoch are in: what lies beyond the heap of the groups that came goes in front
   * of them. So all keys of an epoch are asked for at once.
   */
  void load() {
    if (spilled == null) {
      return;
    }
    int[] fresh = touched.where(slot -> !loaded.get(slot));
    for (int slot : fresh) {
      loaded.set(slot);
    }
    added += fresh.length;
    spilled.load(fresh, this::takeStored);
  }

  private void takeStored(int[] slots, KeyBatch keys, SpilledLookup.Found found) {
    int count = found.positions().length;
    int[] there = found.among(slots);
    added -= count;
    List<Column> came = groups.state(there, 0, count);
    groups.clear(there, count);
    groups.merge(there, found.values(), count);
    groups.merge(there, came, count);
    if (plan.eventTimeKey >= 0 && count < slots.length) {
      boolean[] known = new boolean[slots.length];
      for (int position : found.positions()) {
        known[position] = true;
      }
      int[] rows = new int[slots.length - count];
      int next = 0;
      for (int row = 0; row < slots.length; row++) {
        if (!known[row]) {
          rows[next++] = row;
        }
      }
      List<Column> columns = groups.table.keys(slots, 0, slots.length);
      spilled().over(keys, rows, next, EventTimes.of(columns.get(plan.eventTimeKey)));
    }
  }

  private SpilledRows spilled() {
    if (spilled == null) {
      throw new IllegalStateException("all rows are in the heap");
    }
    return spilled;
  }

  @Override
  public KeyCodec spillCodec() {
    return restoreCodec;
  }

  @Override
  public Schema stateSchema() {
    return plan.stateSchema;
  }

  @Override
  public GroupTable table() {
    return groups.table;
  }

  @Override
  public int clocks() {
    return plan.eventTimeKey < 0 ? 0 : 1;
  }

  @Override
  public EventTimes times(int clock, Batch rows) {
    return EventTimes.of(rows.column(plan.eventTimeKey));
  }

  @Override
  public boolean timesStay() {
    return true;
  }

  @Override
  public void spillTo(SpilledRows rows) {
    spilled = rows;
  }

  @Override
  public long addedCount() {
    return added;
  }

  /** Keeps groups of a worker until {@link #mergePending}. */
  synchronized void keep(long order, int worker, Batch keys, List<Column> state) {
    pending.add(new Pending(order, worker, keys, state));
  }

  /** Merges what was kept, in the order of the input. */
  void mergePending() {
    pending.sort(Comparator.comparingLong(Pending::order).thenComparingInt(Pending::worker));
    for (Pending one : pending) {
      restoreCodec.encode(one.keys().columns(), one.keys().rows(), restoredKeys);
      merge(restoredKeys, null, one.keys().rows(), one.state());
    }
    pending.clear();
  }

  /** Without keys there is one group, whether rows come or not, and each epoch touches it. */
  void touchGlobal() {
    restoreCodec.encode(List.of(), 1, restoredKeys);
    touch(groups.slots(restoredKeys, null, 1), 1);
  }

  private void touch(int[] slots, int count) {
    touched.touch(slots, count, groups.table.slots());
  }

  int[] touched() {
    return touched.toArray();
  }

  /** The groups that an epoch touched and that are still there. */
  @Override
  public int[] changedSlots() {
    return touched.where(groups.table::isLive);
  }

  @Override
  public List<Batch> removed() {
    return removed.batches();
  }

  @Override
  public long size() {
    return spilled == null ? groups.table.size() : spilled.size();
  }

  @Override
  public long changedCount() {
    return touched.count();
  }

  @Override
  public long removedCount() {
    return removed.count();
  }

  @Override
  public long memoryBytes() {
    return groups.memoryBytes();
  }

  /** Puts rows of state into groups, each in the place of the group of the same key. */
  @Override
  public void put(Batch rows) {
    int width = plan.keyTypes.size();
    restoreCodec.encode(rows.columns().subList(0, width), rows.rows(), restoredKeys);
    int[] slots = groups.slots(restoredKeys, null, rows.rows());
    groups.clear(slots, rows.rows());
    groups.merge(slots, rows.columns().subList(width, rows.columns().size()), rows.rows());
  }

  @Override
  public void remove(Batch keys) {
    restoreCodec.encode(keys.columns(), keys.rows(), restoredKeys);
    int[] slots = groups.table.findAll(restoredKeys, keys.rows());
    groups.remove(slots, slots.length);
  }

  @Override
  public void restored() {
    if (plan.eventTimeKey >= 0) {
      schedule(groups.table.liveSlots());
    }
  }

  /** Notes when the groups of these slots are over. */
  void schedule(int[] slots) {
    for (int from = 0; from < slots.length; from += Batch.TARGET_ROWS) {
      int to = Math.min(slots.length, from + Batch.TARGET_ROWS);
      List<Column> keys = groups.table.keys(slots, from, to);
      expiry.put(slots, from, to, EventTimes.of(keys.get(plan.eventTimeKey)));
    }
  }

  /**
   * Gives the groups that a watermark has passed, and forgets them. Those that lie beyond the heap
   * come into it some thousand at a time.
   */
  void close(long watermarkMillis, Outputs out) {
    if (spilled != null) {
      for (Batch rows : spilled.due(watermarkMillis)) {
        close(loadDue(rows), out);
      }
    }
    close(expiry.due(groups.table, watermarkMillis), out);
  }

  private void close(int[] due, Outputs out) {
    if (!out.isEmpty()) {
      emit(due, out);
    }
    remove(due);
  }

  /** Of rows of state those that are not in the heap are put into it; their slots. */
  private int[] loadDue(Batch rows) {
    int width = plan.keyTypes.size();
    restoreCodec.encode(rows.columns().subList(0, width), rows.rows(), restoredKeys);
    int[] newRows = new int[rows.rows()];
    int[] newSlots = new int[rows.rows()];
    int fresh = groups.table.addNew(restoredKeys, null, rows.rows(), newRows, newSlots);
    groups.grow();
    Batch there = rows.select(newRows, fresh);
    groups.merge(newSlots, there.columns().subList(width, there.columns().size()), fresh);
    return Arrays.copyOf(newSlots, fresh);
  }

  /** Gives all groups. */
  void emitAll(Emitter out) {
    if (spilled == null) {
      emit(groups.table.liveSlots(), out);
      return;
    }
    // What the epoch has changed so far goes there too: it comes out in the same order then.
    changed().forEach(spilled::put);
    if (scratch == null) {
      scratch = new Groups(plan);
    }
    for (Batch rows : spilled.rows()) {
      restoreCodec.encode(
          rows.columns().subList(0, plan.keyTypes.size()), rows.rows(), restoredKeys);
      int[] slots = scratch.slots(restoredKeys, null, rows.rows());
      scratch.merge(
          slots, rows.columns().subList(plan.keyTypes.size(), rows.columns().size()), rows.rows());
      out.emit(scratch.result(slots, 0, rows.rows()));
      scratch.clear();
    }
  }

  private void remove(int[] slots) {
    removed.add(slots, slots.length, groups.table::keys);
    groups.remove(slots, slots.length);
    for (int slot : slots) {
      loaded.clear(slot);
    }
  }

  void emit(int[] slots, Emitter out) {
    for (int from = 0; from < slots.length; from += Batch.TARGET_ROWS) {
      out.emit(groups.result(slots, from, Math.min(slots.length, from + Batch.TARGET_ROWS)));
    }
  }

  @Override
  public Batch rows(int[] slots, int from, int to) {
    List<Column> columns = new ArrayList<>(groups.table.keys(slots, from, to));
    columns.addAll(groups.state(slots, from, to));
    return new Batch(plan.stateSchema, columns, to - from);
  }
}
