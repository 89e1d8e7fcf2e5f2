package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.plan.StateProgram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The keys that hash to one partition, their states and what they wait for. In an epoch: {@link
 * #begin}, {@link #fold} of all rows, {@link #end}.
 */
final class FoldPartition implements Spillable {
  private final FoldPlan plan;
  private final StateProgram program;
  private final KeyCodec codec;
  private final KeyBatch keyBatch = new KeyBatch();
  private final GroupTable table;
  private final SlotColumn[] state;
  private final SlotColumn[] lastRow;
  // The slots whose key has a state. A key without one is in the table only during an epoch.
  private final BitSet known = new BitSet();
  private final FoldTimers timers;
  private final FoldRounds rounds = new FoldRounds();
  private final FoldOutput output;
  private final TouchedSlots touched = new TouchedSlots();
  private final RemovedKeys removed;
  private long watermarkMillis;
  private @Nullable SpilledRows spilled;
  private long added;

  FoldPartition(FoldPlan plan) {
    this.plan = plan;
    this.program = plan.program;
    this.codec = plan.codec();
    this.table = new GroupTable(codec);
    this.state = new SlotColumn[program.state().size()];
    for (int i = 0; i < state.length; i++) {
      state[i] = SlotColumn.of(program.state().field(i).type());
    }
    this.lastRow = new SlotColumn[plan.keepsLastRow ? plan.input.visible().size() : 0];
    this.output = new FoldOutput(plan.node.schema(), plan.origin);
    this.timers = new FoldTimers(plan);
    this.removed = new RemovedKeys(plan.keySchema);
  }

  /** Forgets what the epoch before changed. */
  void begin(Epoch epoch) {
    touched.clear();
    removed.clear();
    output.clear();
    watermarkMillis = WatermarkFlow.into(plan.node, epoch.watermarkMillis());
    timers.begin(epoch, watermarkMillis);
    if (plan.keepsLastRow) {
      for (int i = plan.rowColumns.nextSetBit(0); i >= 0; i = plan.rowColumns.nextSetBit(i + 1)) {
        lastRow[i] = SlotColumn.of(plan.input.field(i).type());
      }
    }
    added = 0;
    if (spilled != null && memoryBytes() > spilled.heldBytes()) {
      clear();
    }
  }

  /** Forgets what lies beyond the heap, too. */
  private void clear() {
    table.clear();
    known.clear();
    timers.clear();
    for (int i = 0; i < state.length; i++) {
      state[i] = SlotColumn.of(program.state().field(i).type());
    }
  }

  /** Whether a key times out before that time of the clock that it waits for. */
  boolean timesOutBefore(long millis) {
    return timers.timesOutBefore(millis) || spilled != null && spilled.anyDue(millis - 1);
  }

  /** Takes rows whose keys hash here, in the order of the input. */
  void fold(Batch rows, EvaluationContext context, Emitter out) {
    int count = rows.rows();
    List<Column> keys = plan.keys.evaluate(rows, context);
    codec.encode(keys, count, keyBatch);
    int[] slotOf = new int[count];
    table.findOrAdd(keyBatch, null, count, slotOf);
    rounds.of(slotOf, count, table.slots());
    int[] slots = rounds.slots;
    touch(rounds.came);
    boolean[] has = new boolean[slots.length];
    int[] stored = slots.clone();
    for (int i = 0; i < slots.length; i++) {
      has[i] = known.get(slots[i]) && !timers.hasExpired(slots[i]);
      stored[i] = has[i] ? slots[i] : -1;
    }
    List<Column> now = FoldColumns.get(state, stored, 0, stored.length);
    List<Column> rowColumns = plan.rowColumns(rows);
    boolean removes = program.removal().filter(r -> r.each() == StateProgram.Each.ROW).isPresent();
    for (int round = 0; round < rounds.rounds(); round++) {
      int size = rounds.size(round);
      int[] at = rounds.rows(round);
      List<Column> rowsNow = FoldColumns.select(rowColumns, at, size);
      Batch before = before(FoldColumns.select(keys, at, size), now, has, rowsNow, size, context);
      now = FoldColumns.flat(plan.update.evaluate(before, context));
      Batch after = plan.withState(before, now);
      output.emit(program.emissions(), StateProgram.Each.ROW, after, context, out);
      Arrays.fill(has, 0, size, true);
      if (removes) {
        boolean[] gone = plan.isTrue(program.removal().get().when(), after, context);
        for (int i = 0; i < size; i++) {
          has[i] = !gone[i];
        }
      }
      int next = rounds.size(round + 1);
      keep(slots, next, size, now, has, rowsNow);
      if (next < size && next > 0) {
        now = FoldColumns.prefix(now, next);
      }
    }
  }

  /** What the update of a round sees. A key without a state has the initial one, if there is. */
  private Batch before(
      List<Column> keys,
      List<Column> now,
      boolean[] has,
      List<Column> rows,
      int size,
      EvaluationContext context) {
    int[] fresh = new int[size];
    int freshCount = 0;
    boolean[] missing = new boolean[size];
    for (int i = 0; i < size; i++) {
      missing[i] = !has[i];
      if (missing[i]) {
        fresh[freshCount++] = i;
      }
    }
    Validity validity = freshCount == 0 ? Validity.ALL : Validity.ofNulls(missing, size);
    Batch seen = plan.scope(keys, now, validity, Optional.of(rows), size, watermarkMillis);
    if (freshCount == 0 || program.init().isEmpty()) {
      return seen;
    }
    List<Column> initial = plan.init.evaluate(seen.select(fresh, freshCount), context);
    List<Column> merged = new ArrayList<>(state.length);
    for (int c = 0; c < state.length; c++) {
      merged.add(FoldColumns.replaced(now.get(c), fresh, freshCount, initial.get(c)));
    }
    return plan.withState(seen, merged);
  }

  /** Stores what the keys {@code [from, to)} of a round, their last, have come to. */
  private void keep(
      int[] slots, int from, int to, List<Column> now, boolean[] has, List<Column> rows) {
    if (from == to) {
      return;
    }
    FoldColumns.put(state, slots, from, to, now);
    for (int i = from; i < to; i++) {
      known.set(slots[i], has[i]);
    }
    for (int c = 0; c < lastRow.length; c++) {
      if (plan.rowColumns.get(c)) {
        lastRow[c].put(slots, from, to, rows.get(c));
      }
    }
  }

  /** All rows have been folded: what is done once a key and batch, then what has timed out. */
  void end(EvaluationContext context, Emitter out) {
    int came = touched.count();
    if (plan.endsBatches()) {
      for (int from = 0; from < came; from += Batch.TARGET_ROWS) {
        endRows(touched.range(from, Math.min(came, from + Batch.TARGET_ROWS)), context, out);
      }
    }
    timers.renew(touched.toArray());
    if (plan.timesOut()) {
      timeOutThoseDue(context, out);
    }
    output.flush(out);
    if (timers.expires()) {
      expire();
    }
    forget(touched.where(slot -> !known.get(slot)));
  }

  private void timeOutThoseDue(EvaluationContext context, Emitter out) {
    if (spilled != null) {
      spilled.due(timers.timedOutMillis()).forEach(this::loadDue);
    }
    int[] due = timers.timedOut(table);
    int before = touched.count();
    for (int from = 0; from < due.length; from += Batch.TARGET_ROWS) {
      timeOut(
          Arrays.copyOfRange(due, from, Math.min(due.length, from + Batch.TARGET_ROWS)),
          context,
          out);
    }
    if (!program.onTimeout().update().isEmpty()) {
      timers.renew(touched.range(before, touched.count()));
    }
  }

  /** Lets the states go that have expired. */
  private void expire() {
    if (spilled != null && timers.expiresByItself()) {
      spilled.due(timers.nowMillis()).forEach(this::loadDue);
    }
    int[] due = timers.expired(table);
    touch(due);
    for (int slot : due) {
      known.clear(slot);
    }
  }

  private void endRows(int[] slots, EvaluationContext context, Emitter out) {
    int[] with = Arrays.stream(slots).filter(known::get).toArray();
    if (plan.timesOut()) {
      timers.stopWaiting(slots);
    }
    if (with.length == 0) {
      return;
    }
    List<Column> rows = new ArrayList<>();
    if (plan.keepsLastRow) {
      for (int c = 0; c < lastRow.length; c++) {
        rows.add(
            plan.rowColumns.get(c)
                ? lastRow[c].get(with, 0, with.length)
                : FoldPlan.nulls(plan.input.field(c).type(), with.length));
      }
    } else {
      plan.input
          .visible()
          .fields()
          .forEach(field -> rows.add(FoldPlan.nulls(field.type(), with.length)));
    }
    Batch seen = seen(with, FoldColumns.get(state, with, 0, with.length), Optional.of(rows));
    output.emit(program.emissions(), StateProgram.Each.BATCH, seen, context, out);
    program
        .removal()
        .filter(removal -> removal.each() == StateProgram.Each.BATCH)
        .ifPresent(removal -> dropState(with, plan.isTrue(removal.when(), seen, context)));
    if (plan.timesOut()) {
      await(with, program.timeout().get().at(), seen, context);
    }
  }

  private Batch seen(int[] slots, List<Column> states, Optional<List<Column>> rows) {
    return plan.scope(
        table.keys(slots, 0, slots.length),
        states,
        Validity.ALL,
        rows,
        slots.length,
        watermarkMillis);
  }

  private void dropState(int[] slots, boolean[] gone) {
    for (int i = 0; i < slots.length; i++) {
      if (gone[i]) {
        known.clear(slots[i]);
      }
    }
  }

  /** Lets keys wait until the time that the expression gives; one without a state does not. */
  private void await(int[] slots, Expression at, Batch seen, EvaluationContext context) {
    int[] rows = new int[slots.length];
    int[] staying = new int[slots.length];
    int count = 0;
    for (int i = 0; i < slots.length; i++) {
      if (known.get(slots[i])) {
        rows[count] = i;
        staying[count++] = slots[i];
      }
    }
    if (count > 0) {
      Batch those = count == slots.length ? seen : seen.select(rows, count);
      timers.await(staying, at, those, context);
    }
  }

  private void timeOut(int[] slots, EvaluationContext context, Emitter out) {
    touch(slots);
    StateProgram.OnTimeout then = program.onTimeout();
    List<Column> states = FoldColumns.get(state, slots, 0, slots.length);
    Batch seen = seen(slots, states, Optional.empty());
    if (!then.update().isEmpty()) {
      states = FoldColumns.flat(plan.timeoutUpdate.evaluate(seen, context));
      FoldColumns.put(state, slots, 0, slots.length, states);
      seen = plan.withState(seen, states);
    }
    output.emit(then.emissions(), StateProgram.Each.BATCH, seen, context, out);
    dropState(slots, plan.isTrue(then.remove(), seen, context));
    timers.stopWaiting(slots);
    if (then.again().isPresent()) {
      await(slots, then.again().get(), seen, context);
    }
  }

  private void touch(int[] slots) {
    touched.touch(slots, slots.length, table.slots());
  }

  /** Takes keys out of the table. */
  private void forget(int[] slots) {
    removed.add(slots, slots.length, table::keys);
    drop(slots, slots.length);
  }

  private void drop(int[] slots, int count) {
    table.remove(slots, count);
    for (SlotColumn column : state) {
      column.forget(slots, count);
    }
    for (int i = 0; i < count; i++) {
      known.clear(slots[i]);
    }
    timers.forget(slots, count);
  }

  // ---- the durable side

  /** The states that the epoch changed and that are still there. */
  @Override
  public Iterable<Batch> changed() {
    int[] live = touched.where(slot -> table.isLive(slot) && known.get(slot));
    return SlotBatches.of(
        spilled == null ? live : spilled.inOrder(table, live, live.length), this::stateRows);
  }

  @Override
  public List<Batch> removed() {
    return removed.batches();
  }

  @Override
  public Iterable<Batch> rows() {
    return SlotBatches.of(table.liveSlots(), this::stateRows);
  }

  @Override
  public long size() {
    return spilled == null ? table.size() : spilled.size();
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
    long bytes = table.memoryBytes();
    for (SlotColumn column : state) {
      bytes += column.memoryBytes();
    }
    return bytes;
  }

  private Batch stateRows(int[] slots, int from, int to) {
    List<Column> columns = new ArrayList<>(table.keys(slots, from, to));
    columns.addAll(FoldColumns.get(state, slots, from, to));
    columns.addAll(timers.columns(slots, from, to));
    return new Batch(plan.stateSchema, columns, to - from);
  }

  @Override
  public void put(Batch rows) {
    int keys = plan.keyTypes.size();
    int[] slots = new int[rows.rows()];
    codec.encode(rows.columns().subList(0, keys), rows.rows(), keyBatch);
    table.findOrAdd(keyBatch, null, rows.rows(), slots);
    take(slots, rows.columns().subList(keys, rows.columns().size()));
  }

  /** Gives slots what is kept of their keys: the columns of the state's rows after the keys. */
  private void take(int[] slots, List<Column> values) {
    FoldColumns.put(state, slots, 0, slots.length, values);
    timers.put(slots, values.subList(state.length, values.size()));
    for (int slot : slots) {
      known.set(slot);
    }
  }

  @Override
  public void remove(Batch rows) {
    codec.encode(rows.columns(), rows.rows(), keyBatch);
    int[] there = table.findAll(keyBatch, rows.rows());
    drop(there, there.length);
  }

  // ---- what lies beyond the heap

  @Override
  public KeyCodec spillCodec() {
    return codec;
  }

  @Override
  public Optional<EventTimes> spillTimes(Batch rows) {
    return timers.spillTimes(rows);
  }

  @Override
  public Optional<EventTimes> awaitedTimes(Batch rows) {
    return Optional.of(timers.awaitedTimes(rows));
  }

  @Override
  public void spillTo(SpilledRows rows) {
    spilled = rows;
  }

  @Override
  public long addedCount() {
    return added;
  }

  /**
   * Gives the keys of rows that are going to be folded slots, with what lies of them beyond the
   * heap, all at once.
   */
  void load(List<Batch> rows, EvaluationContext context) {
    if (spilled == null) {
      return;
    }
    IntList absent = new IntList();
    for (Batch batch : rows) {
      codec.encode(plan.keys.evaluate(batch, context), batch.rows(), keyBatch);
      table.addNew(keyBatch, batch.rows(), absent);
    }
    int[] fresh = absent.toArray();
    added += fresh.length;
    spilled.load(
        table,
        fresh,
        fresh.length,
        (slots, asked, found) -> {
          int[] there = found.among(slots);
          take(there, found.values());
          added -= there.length;
        });
  }

  private void loadDue(Batch rows) {
    int keys = plan.keyTypes.size();
    codec.encode(rows.columns().subList(0, keys), rows.rows(), keyBatch);
    int[] newRows = new int[rows.rows()];
    int[] slots = new int[rows.rows()];
    int fresh = table.addNew(keyBatch, rows.rows(), newRows, slots);
    List<Column> columns = rows.select(newRows, fresh).columns();
    take(Arrays.copyOf(slots, fresh), columns.subList(keys, columns.size()));
  }
}
