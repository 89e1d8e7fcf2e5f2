package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.StructColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.keyed.EventTimes;
import dev.sluice.operators.keyed.GroupTable;
import dev.sluice.operators.keyed.KeyBatch;
import dev.sluice.operators.keyed.KeyCodec;
import dev.sluice.operators.spill.SlotBatches;
import dev.sluice.operators.spill.SpillableGroups;
import dev.sluice.operators.spill.SpilledGroups;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The sessions whose owners hash to one partition. Several workers give rows in, one at a time; one
 * of them owns what comes out.
 */
final class SessionPartition implements SpillableGroups {
  private final SessionPlan plan;
  private GroupTable owners;
  private SessionTable sessions = new SessionTable();
  private Accumulators accumulators;
  private final TouchedSlots touched = new TouchedSlots();
  private SessionMerge merge = new SessionMerge(sessions, touched::touch);
  private Expiry expiry = new Expiry();
  private final KeyCodec restoreCodec;
  private final KeyBatch restoredKeys = new KeyBatch();
  // The slots whose rows are in the state of the epoch before.
  private final BitSet stored = new BitSet();
  private final RemovedKeys removed;
  // Owners that may have lost their last session.
  private final BitSet idle = new BitSet();
  private @Nullable SpilledGroups spilled;
  // The owners all of whose sessions are in the heap.
  private final BitSet loaded = new BitSet();

  SessionPartition(SessionPlan plan) {
    this.plan = plan;
    this.owners = new GroupTable(new KeyCodec(plan.ownerTypes));
    this.accumulators = new Accumulators(plan.groups);
    this.restoreCodec = new KeyCodec(plan.ownerTypes);
    this.removed = new RemovedKeys(plan.keySchema);
  }

  /** Starts an epoch: what was touched has been stored. */
  void begin() {
    for (int i = 0; i < touched.count(); i++) {
      if (sessions.isLive(touched.get(i))) {
        stored.set(touched.get(i));
      }
    }
    touched.clear();
    removed.clear();
    if (spilled != null && memoryBytes() > spilled.heldBytes()) {
      clear();
    }
  }

  /** Takes everything out of the heap. */
  private void clear() {
    owners = new GroupTable(new KeyCodec(plan.ownerTypes));
    loaded.clear();
    expiry = new Expiry();
    sessions = new SessionTable();
    accumulators = new Accumulators(plan.groups);
    merge = new SessionMerge(sessions, touched::touch);
    touched.clear();
    stored.clear();
  }

  /** Adds rows to the sessions of their owners, and joins those that now overlap or touch. */
  synchronized void add(Batch rows, KeyBatch keys, int[] chosen, EvaluationContext context) {
    Batch own = rows.select(chosen, chosen.length);
    int count = own.rows();
    int[] of = new int[count];
    owners.findOrAdd(keys, chosen, count, of);
    load(of);
    StructColumn alone = plan.sessions(own);
    long[] starts = ((LongColumn) alone.child(0).flatten()).values();
    long[] ends = ((LongColumn) alone.child(1).flatten()).values();
    merge.place(of, starts, ends, count);
    accumulators.grow(sessions.slots());
    accumulators.add(own.select(merge.order(), count), merge.into(), context);
    int parts = merge.parts();
    if (parts > 0) {
      int[] from = merge.partSlots();
      accumulators.merge(merge.wholeSlots(), accumulators.state(from, 0, parts), parts);
      drop(from);
    }
  }

  /** Forgets sessions that are no longer among those of their owners. */
  private void drop(int[] slots) {
    int[] known = new int[slots.length];
    int count = 0;
    for (int slot : slots) {
      if (stored.get(slot)) {
        stored.clear(slot);
        known[count++] = slot;
      }
    }
    removed.add(known, count, this::keys);
    accumulators.clear(slots, slots.length);
    for (int slot : slots) {
      sessions.release(slot);
    }
  }

  /** Gives the sessions that a watermark has passed, and forgets them. */
  void close(long watermarkMillis, Outputs out) {
    schedule(touched.where(sessions::isLive));
    closeDue(watermarkMillis, out);
    if (spilled != null) {
      for (Batch rows : spilled.due(0, watermarkMillis)) {
        loadDue(rows);
        closeDue(watermarkMillis, out);
      }
    }
    // Not before: what has gone from the heap is in the store until the epoch is committed.
    forgetIdle();
  }

  private void closeDue(long watermarkMillis, Outputs out) {
    int[] due = expiry.due(sessions::isLive, watermarkMillis);
    if (!out.isEmpty()) {
      emit(due, out);
    }
    remove(due);
  }

  /** Notes when sessions are over: at their end, or when their owner is. */
  private void schedule(int[] slots) {
    if (!plan.endsByWatermark()) {
      return;
    }
    if (!plan.endsByOwner()) {
      for (int slot : slots) {
        expiry.put(slot, sessions.end(slot));
      }
      return;
    }
    for (int from = 0; from < slots.length; from += Batch.TARGET_ROWS) {
      int to = Math.min(slots.length, from + Batch.TARGET_ROWS);
      List<Column> keys = owners.keys(ownersOf(slots, from, to), 0, to - from);
      expiry.put(slots, from, to, EventTimes.of(keys.get(plan.eventTimeOfOwner())));
    }
  }

  /** Gives all sessions. */
  void emitAll(Emitter out) {
    if (spilled == null) {
      emit(sessions.liveSlots(), out);
      return;
    }
    // What the epoch has changed so far goes there too: all comes out in one order then.
    removed.batches().forEach(spilled::remove);
    changed().forEach(spilled::put);
    for (Batch rows : spilled.rows()) {
      SessionPartition some = new SessionPartition(plan);
      some.put(rows);
      some.emit(some.sessions.liveSlots(), out);
    }
  }

  void emit(int[] slots, Emitter out) {
    for (int from = 0; from < slots.length; from += Batch.TARGET_ROWS) {
      int to = Math.min(slots.length, from + Batch.TARGET_ROWS);
      List<Column> columns =
          new ArrayList<>(
              plan.keys(
                  owners.keys(ownersOf(slots, from, to), 0, to - from),
                  starts(slots, from, to),
                  ends(slots, from, to)));
      columns.addAll(accumulators.result(slots, from, to));
      out.emit(new Batch(plan.groups.schema, columns, to - from));
    }
  }

  /** Forgets sessions; their owners stay until {@link #forgetIdle}. */
  private void remove(int[] slots) {
    int[] of = ownersOf(slots, 0, slots.length);
    drop(slots);
    Arrays.sort(of);
    for (int i = 0; i < of.length; i++) {
      if (i == 0 || of[i] != of[i - 1]) {
        sessions.forgetReleased(of[i]);
        idle.set(of[i]);
      }
    }
  }

  /** Forgets the owners that have no session left. */
  private void forgetIdle() {
    int[] gone = idle.stream().filter(owner -> sessions.count(owner) == 0).toArray();
    owners.remove(gone, gone.length);
    for (int owner : gone) {
      loaded.clear(owner);
    }
    idle.clear();
  }

  private int[] ownersOf(int[] slots, int from, int to) {
    int[] of = new int[to - from];
    for (int i = from; i < to; i++) {
      of[i - from] = sessions.owner(slots[i]);
    }
    return of;
  }

  private long[] starts(int[] slots, int from, int to) {
    long[] starts = new long[to - from];
    for (int i = from; i < to; i++) {
      starts[i - from] = sessions.start(slots[i]);
    }
    return starts;
  }

  private long[] ends(int[] slots, int from, int to) {
    long[] ends = new long[to - from];
    for (int i = from; i < to; i++) {
      ends[i - from] = sessions.end(slots[i]);
    }
    return ends;
  }

  /** The owners and the starts of {@code slots[from..to)}. */
  private List<Column> keys(int[] slots, int from, int to) {
    int rows = to - from;
    List<Column> columns = new ArrayList<>(owners.keys(ownersOf(slots, from, to), 0, rows));
    columns.add(
        new LongColumn(
            plan.sessionType.field(0).type(), starts(slots, from, to), Validity.ALL, rows));
    return columns;
  }

  /** The rows of state of {@code slots[from..to)}. */
  private Batch stateRows(int[] slots, int from, int to) {
    List<Column> columns = keys(slots, from, to);
    columns.add(
        new LongColumn(
            plan.sessionType.field(1).type(), ends(slots, from, to), Validity.ALL, to - from));
    columns.addAll(accumulators.state(slots, from, to));
    return new Batch(plan.stateSchema, columns, to - from);
  }

  @Override
  public Iterable<Batch> changed() {
    return SlotBatches.of(touched.where(sessions::isLive), this::stateRows);
  }

  @Override
  public List<Batch> removed() {
    return removed.batches();
  }

  @Override
  public Iterable<Batch> rows() {
    return SlotBatches.of(sessions.liveSlots(), this::stateRows);
  }

  @Override
  public long size() {
    return spilled == null ? sessions.size() : spilled.size();
  }

  @Override
  public long changedCount() {
    return touched.count();
  }

  @Override
  public long addedCount() {
    long added = 0;
    for (int i = 0; i < touched.count(); i++) {
      int slot = touched.get(i);
      added += sessions.isLive(slot) && !stored.get(slot) ? 1 : 0;
    }
    return added;
  }

  @Override
  public long removedCount() {
    return removed.count();
  }

  @Override
  public long memoryBytes() {
    return owners.memoryBytes() + sessions.memoryBytes() + accumulators.memoryBytes();
  }

  @Override
  public void put(Batch rows) {
    take(rows);
  }

  /** Puts rows of state, each in the place of the session of the same owner and start. */
  private int[] take(Batch rows) {
    int width = plan.ownerTypes.size();
    int count = rows.rows();
    restoreCodec.encode(rows.columns().subList(0, width), count, restoredKeys);
    int[] of = new int[count];
    owners.findOrAdd(restoredKeys, null, count, of);
    long[] starts = ((LongColumn) rows.column(width).flatten()).values();
    long[] ends = ((LongColumn) rows.column(width + 1).flatten()).values();
    int[] slots = new int[count];
    for (int row = 0; row < count; row++) {
      int at = sessions.firstStarting(of[row], starts[row]);
      if (at < sessions.count(of[row]) && sessions.start(sessions.at(of[row], at)) == starts[row]) {
        slots[row] = sessions.at(of[row], at);
        sessions.end(slots[row], ends[row]);
      } else {
        slots[row] = sessions.open(of[row], starts[row], ends[row]);
        sessions.replace(of[row], at, at, new int[] {slots[row]}, 1);
      }
      stored.set(slots[row]);
    }
    accumulators.grow(sessions.slots());
    accumulators.clear(slots, count);
    accumulators.merge(slots, rows.columns().subList(width + 2, rows.columns().size()), count);
    return slots;
  }

  @Override
  public void remove(Batch keys) {
    int width = plan.ownerTypes.size();
    restoreCodec.encode(keys.columns().subList(0, width), keys.rows(), restoredKeys);
    int[] of = new int[keys.rows()];
    owners.find(restoredKeys, keys.rows(), of);
    long[] starts = ((LongColumn) keys.column(width).flatten()).values();
    int[] slots = new int[keys.rows()];
    int count = 0;
    for (int row = 0; row < slots.length; row++) {
      int at = of[row] < 0 ? 0 : sessions.firstStarting(of[row], starts[row]);
      if (of[row] >= 0
          && at < sessions.count(of[row])
          && sessions.start(sessions.at(of[row], at)) == starts[row]) {
        slots[count++] = sessions.at(of[row], at);
      }
    }
    remove(Arrays.copyOf(slots, count));
    forgetIdle();
  }

  @Override
  public void restored() {
    removed.clear();
    schedule(sessions.liveSlots());
  }

  // ---- what lies beyond the heap

  @Override
  public int ownerColumns() {
    return plan.ownerTypes.size();
  }

  @Override
  public int timeOrders() {
    return plan.endsByWatermark() ? 1 : 0;
  }

  @Override
  public Optional<EventTimes> spillTimes(int order, Batch rows) {
    int column = plan.endsByOwner() ? plan.eventTimeOfOwner() : plan.ownerTypes.size() + 1;
    return Optional.of(EventTimes.of(rows.column(column)));
  }

  @Override
  public void spillTo(SpilledGroups rows) {
    spilled = rows;
  }

  /** Brings the sessions of those owners into the heap that are not there yet. */
  private void load(int[] of) {
    if (spilled == null) {
      return;
    }
    int[] wanted = new int[of.length];
    int count = 0;
    for (int owner : of) {
      if (!loaded.get(owner)) {
        loaded.set(owner);
        wanted[count++] = owner;
      }
    }
    if (count > 0) {
      for (Batch rows : spilled.load(owners.keys(wanted, 0, count), count)) {
        schedule(take(rows));
      }
    }
  }

  /** Brings sessions into the heap that may be over, of owners of whom not all are there. */
  private void loadDue(Batch rows) {
    restoreCodec.encode(
        rows.columns().subList(0, plan.ownerTypes.size()), rows.rows(), restoredKeys);
    int[] of = new int[rows.rows()];
    owners.find(restoredKeys, of.length, of);
    int[] wanted = new int[of.length];
    int count = 0;
    for (int row = 0; row < of.length; row++) {
      if (of[row] < 0 || !loaded.get(of[row])) {
        wanted[count++] = row;
      }
    }
    schedule(take(rows.select(wanted, count)));
  }
}
