package dev.sluice.operators.operator;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.LongColumn;
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
  private static final long NEVER = Long.MAX_VALUE;

  private final FoldPlan plan;
  private final StateProgram program;
  private final KeyCodec codec;
  private final KeyBatch keyBatch = new KeyBatch();
  private final GroupTable table;
  private final SlotColumn[] state;
  private final SlotColumn[] lastRow;
  // The slots whose key has a state. A key without one is in the table only during an epoch.
  private final BitSet known = new BitSet();
  private final Expiry timeouts = new Expiry();
  private final Expiry expiries = new Expiry();
  private final FoldRounds rounds = new FoldRounds();
  private final FoldOutput output;
  private final FoldTimeouts clock;
  private final BitSet isTouched = new BitSet();
  private int[] touched = new int[16];
  private int touchedCount;
  private final List<Batch> removed = new ArrayList<>();
  private long removedCount;
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
    this.clock = new FoldTimeouts(plan);
  }

  /** Forgets what the epoch before changed. */
  void begin(Epoch epoch) {
    isTouched.clear();
    touchedCount = 0;
    removed.clear();
    removedCount = 0;
    output.clear();
    watermarkMillis = WatermarkFlow.into(plan.node, epoch.watermarkMillis());
    clock.begin(epoch, watermarkMillis);
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
    timeouts.clear();
    expiries.clear();
    for (int i = 0; i < state.length; i++) {
      state[i] = SlotColumn.of(program.state().field(i).type());
    }
  }

  /** Whether a key times out before that time of the clock that it waits for. */
  boolean timesOutBefore(long millis) {
    return timeouts.anyDue(millis - 1) || spilled != null && spilled.anyDue(millis - 1);
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
      has[i] = known.get(slots[i]) && !hasExpired(slots[i]);
      stored[i] = has[i] ? slots[i] : -1;
    }
    List<Column> now = get(state, stored, 0, stored.length);
    List<Column> rowColumns = plan.rowColumns(rows);
    boolean removes = program.removal().filter(r -> r.each() == StateProgram.Each.ROW).isPresent();
    for (int round = 0; round < rounds.rounds(); round++) {
      int size = rounds.size(round);
      int[] at = rounds.rows(round);
      List<Column> rowsNow = select(rowColumns, at, size);
      Batch before = before(select(keys, at, size), now, has, rowsNow, size, context);
      now = flat(plan.update.evaluate(before, context));
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
        now = prefix(now, next);
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
    put(state, slots, from, to, now);
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
    int came = touchedCount;
    if (plan.endsBatches()) {
      for (int from = 0; from < came; from += Batch.TARGET_ROWS) {
        endRows(
            Arrays.copyOfRange(touched, from, Math.min(came, from + Batch.TARGET_ROWS)),
            context,
            out);
      }
    }
    expireLater(Arrays.copyOf(touched, came));
    if (plan.timesOut()) {
      timeOutThoseDue(context, out);
    }
    output.flush(out);
    if (program.ttlMillis() > 0) {
      expire();
    }
    forget(touched, withoutState());
  }

  private boolean hasExpired(int slot) {
    return program.ttlMillis() > 0 && expiries.at(slot) <= clock.nowMillis() * 1000;
  }

  private void timeOutThoseDue(EvaluationContext context, Emitter out) {
    long limit = clock.limitMillis() - 1;
    if (spilled != null) {
      spilled.due(limit).forEach(this::loadDue);
    }
    int[] due = Arrays.stream(timeouts.due(table, limit)).filter(s -> !hasExpired(s)).toArray();
    int before = touchedCount;
    for (int from = 0; from < due.length; from += Batch.TARGET_ROWS) {
      timeOut(
          Arrays.copyOfRange(due, from, Math.min(due.length, from + Batch.TARGET_ROWS)),
          context,
          out);
    }
    if (!program.onTimeout().update().isEmpty()) {
      expireLater(Arrays.copyOfRange(touched, before, touchedCount));
    }
  }

  private void expireLater(int[] slots) {
    long until = (clock.nowMillis() + program.ttlMillis()) * 1000;
    for (int i = 0; i < slots.length && program.ttlMillis() > 0; i++) {
      expiries.put(slots[i], until);
    }
  }

  /** Lets the states go that have expired. */
  private void expire() {
    if (spilled != null && expiresByItself()) {
      spilled.due(clock.nowMillis()).forEach(this::loadDue);
    }
    int[] due = expiries.due(table, clock.nowMillis());
    touch(due);
    for (int slot : due) {
      known.clear(slot);
    }
  }

  /** Puts the touched slots without a state first, those that stay behind them; how many go. */
  private int withoutState() {
    int gone = 0;
    for (int i = 0; i < touchedCount; i++) {
      if (!known.get(touched[i])) {
        int slot = touched[i];
        touched[i] = touched[gone];
        touched[gone++] = slot;
      }
    }
    return gone;
  }

  private void endRows(int[] slots, EvaluationContext context, Emitter out) {
    int[] with = Arrays.stream(slots).filter(known::get).toArray();
    for (int i = 0; i < slots.length && plan.timesOut(); i++) {
      timeouts.put(slots[i], NEVER);
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
    Batch seen = seen(with, get(state, with, 0, with.length), Optional.of(rows));
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
    int[] staying = new int[slots.length];
    int count = 0;
    for (int i = 0; i < slots.length; i++) {
      if (known.get(slots[i])) {
        staying[count++] = i;
      }
    }
    if (count == 0) {
      return;
    }
    Batch those = count == slots.length ? seen : seen.select(staying, count);
    long[] micros = clock.set(at, those, context);
    for (int i = 0; i < count; i++) {
      timeouts.put(slots[staying[i]], micros[i]);
    }
  }

  private void timeOut(int[] slots, EvaluationContext context, Emitter out) {
    touch(slots);
    StateProgram.OnTimeout then = program.onTimeout();
    List<Column> states = get(state, slots, 0, slots.length);
    Batch seen = seen(slots, states, Optional.empty());
    if (!then.update().isEmpty()) {
      states = flat(plan.timeoutUpdate.evaluate(seen, context));
      put(state, slots, 0, slots.length, states);
      seen = plan.withState(seen, states);
    }
    output.emit(then.emissions(), StateProgram.Each.BATCH, seen, context, out);
    dropState(slots, plan.isTrue(then.remove(), seen, context));
    for (int slot : slots) {
      timeouts.put(slot, NEVER);
    }
    if (then.again().isPresent()) {
      await(slots, then.again().get(), seen, context);
    }
  }

  private void touch(int[] slots) {
    if (touchedCount + slots.length > touched.length) {
      touched = Arrays.copyOf(touched, Math.max(touchedCount + slots.length, touched.length * 2));
    }
    for (int slot : slots) {
      if (!isTouched.get(slot)) {
        isTouched.set(slot);
        touched[touchedCount++] = slot;
      }
    }
  }

  /** Takes keys out of the table. */
  private void forget(int[] slots, int count) {
    if (count == 0) {
      return;
    }
    for (int from = 0; from < count; from += Batch.TARGET_ROWS) {
      int to = Math.min(count, from + Batch.TARGET_ROWS);
      removed.add(new Batch(plan.keySchema, table.keys(slots, from, to), to - from));
    }
    removedCount += count;
    drop(slots, count);
  }

  private void drop(int[] slots, int count) {
    table.remove(slots, count);
    for (SlotColumn column : state) {
      column.forget(slots, count);
    }
    for (int i = 0; i < count; i++) {
      known.clear(slots[i]);
      if (plan.timesOut()) {
        timeouts.put(slots[i], NEVER);
      }
      if (program.ttlMillis() > 0) {
        expiries.put(slots[i], NEVER);
      }
    }
  }

  private static List<Column> get(SlotColumn[] from, int[] slots, int begin, int end) {
    List<Column> columns = new ArrayList<>(from.length);
    for (SlotColumn column : from) {
      columns.add(column.get(slots, begin, end));
    }
    return columns;
  }

  private static void put(SlotColumn[] into, int[] slots, int from, int to, List<Column> values) {
    for (int c = 0; c < into.length; c++) {
      into[c].put(slots, from, to, values.get(c));
    }
  }

  private static List<Column> select(List<Column> columns, int[] rows, int count) {
    List<Column> selected = new ArrayList<>(columns.size());
    for (Column column : columns) {
      selected.add(column.select(rows, count));
    }
    return selected;
  }

  private static List<Column> flat(List<Column> columns) {
    List<Column> flat = new ArrayList<>(columns.size());
    for (Column column : columns) {
      flat.add(column.flatten());
    }
    return flat;
  }

  private static List<Column> prefix(List<Column> columns, int count) {
    int[] first = new int[count];
    for (int i = 0; i < count; i++) {
      first[i] = i;
    }
    return select(columns, first, count);
  }

  // ---- the durable side

  /** The states that the epoch changed and that are still there. */
  @Override
  public Iterable<Batch> changed() {
    int[] live =
        Arrays.stream(touched, 0, touchedCount)
            .filter(slot -> table.isLive(slot) && known.get(slot))
            .toArray();
    return SlotBatches.of(
        spilled == null ? live : spilled.inOrder(table, live, live.length), this::stateRows);
  }

  @Override
  public List<Batch> removed() {
    return removed;
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
    return touchedCount;
  }

  @Override
  public long removedCount() {
    return removedCount;
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
    columns.addAll(get(state, slots, from, to));
    if (plan.timesOut()) {
      columns.add(times(timeouts, slots, from, to));
    }
    if (program.ttlMillis() > 0) {
      columns.add(times(expiries, slots, from, to));
    }
    return new Batch(plan.stateSchema, columns, to - from);
  }

  private static Column times(Expiry from, int[] slots, int begin, int end) {
    long[] micros = new long[end - begin];
    boolean[] never = new boolean[end - begin];
    for (int i = 0; i < micros.length; i++) {
      micros[i] = from.at(slots[begin + i]);
      never[i] = micros[i] == NEVER;
    }
    return new LongColumn(
        AtomicType.TIMESTAMP, micros, Validity.ofNulls(never, never.length), micros.length);
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
    put(state, slots, 0, slots.length, values);
    int next = state.length;
    if (plan.timesOut()) {
      timeouts.put(slots, 0, slots.length, EventTimes.of(values.get(next++)));
    }
    if (program.ttlMillis() > 0) {
      expiries.put(slots, 0, slots.length, EventTimes.of(values.get(next)));
    }
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

  /**
   * Of two times by one clock the earlier one. Where keys wait by event time, a state that has
   * expired is found out when its key comes up.
   */
  @Override
  public Optional<EventTimes> spillTimes(Batch rows) {
    if (!plan.timesOut() && program.ttlMillis() == 0) {
      return Optional.empty();
    }
    int at = plan.keyTypes.size() + state.length;
    EventTimes first = EventTimes.of(rows.column(at));
    return Optional.of(
        plan.timesOut() && expiresByItself()
            ? first.orEarlier(EventTimes.of(rows.column(at + 1)))
            : first);
  }

  @Override
  public Optional<EventTimes> awaitedTimes(Batch rows) {
    return Optional.of(EventTimes.of(rows.column(plan.keyTypes.size() + state.length)));
  }

  /** True if what lies beyond the heap is asked for states that have expired. */
  private boolean expiresByItself() {
    return program.ttlMillis() > 0
        && !(plan.timesOut() && program.timesOutBy(StateProgram.Clock.EVENT_TIME));
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
    int[] fresh = new int[16];
    int count = 0;
    for (Batch batch : rows) {
      codec.encode(plan.keys.evaluate(batch, context), batch.rows(), keyBatch);
      int[] slots = new int[batch.rows()];
      int more = table.addNew(keyBatch, batch.rows(), new int[batch.rows()], slots);
      if (count + more > fresh.length) {
        fresh = Arrays.copyOf(fresh, Math.max(count + more, fresh.length * 2));
      }
      System.arraycopy(slots, 0, fresh, count, more);
      count += more;
    }
    added += count;
    spilled.load(
        table,
        fresh,
        count,
        (slots, asked, found) -> {
          int[] there = found.positions().clone();
          for (int i = 0; i < there.length; i++) {
            there[i] = slots[there[i]];
          }
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
