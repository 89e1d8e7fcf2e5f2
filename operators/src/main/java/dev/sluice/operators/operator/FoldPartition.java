package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.keyed.EventTimes;
import dev.sluice.operators.keyed.GroupTable;
import dev.sluice.operators.keyed.IntList;
import dev.sluice.operators.keyed.KeyCodec;
import dev.sluice.operators.plan.StateProgram;
import dev.sluice.operators.spill.Spillable;
import dev.sluice.operators.spill.SpilledLookup;
import dev.sluice.operators.spill.SpilledRows;
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
  private static final long LEAST_KEY = 100;

  /** Fewer keys than these say little of what others need. */
  private static final int LEAST_SEEN = 64;

  /** So many keys, or rows, are taken before anything is known of the room that they need. */
  private static final int FIRST_KEYS = Batch.TARGET_ROWS;

  private final FoldPlan plan;
  private final StateProgram program;
  private final FoldSlots states;
  private final SlotColumn[] lastRow;
  // The slots whose key has a row in this epoch; only if states begin with rows of a states.table.
  private final BitSet withRow = new BitSet();
  private final FoldTimers timers;
  private final FoldRounds rounds = new FoldRounds();
  private final FoldOutput output;
  private final TouchedSlots touched = new TouchedSlots();
  private final RemovedKeys removed;
  private long watermarkMillis;
  private @Nullable SpilledRows spilled;
  private long added;
  // How many of the touched slots have been through the end of the batch.
  private int ended;
  // How much of the heap a key takes; 0 as long as that was not seen.
  private long bytesAKey;
  // What the states of no keys take.
  private final long emptyBytes;
  // Of the epoch's keys those that are no longer at hand.
  private long flushedChanged;
  private long flushedRemoved;

  FoldPartition(FoldPlan plan) {
    this.plan = plan;
    this.program = plan.program;
    this.lastRow = new SlotColumn[plan.keepsLastRow ? plan.input.visible().size() : 0];
    this.output = new FoldOutput(plan.node.schema(), plan.origin);
    this.timers = new FoldTimers(plan);
    this.states = new FoldSlots(plan, timers);
    this.removed = new RemovedKeys(plan.keySchema);
    this.emptyBytes = states.memoryBytes();
  }

  /** Forgets what the epoch before changed. */
  void begin(Epoch epoch) {
    touched.clear();
    removed.clear();
    output.clear();
    withRow.clear();
    watermarkMillis = WatermarkFlow.into(plan.node, epoch.watermarkMillis());
    timers.begin(epoch, watermarkMillis);
    if (plan.keepsLastRow) {
      BitSet read = plan.rows.read;
      for (int i = read.nextSetBit(0); i >= 0; i = read.nextSetBit(i + 1)) {
        lastRow[i] = SlotColumn.of(plan.input.field(i).type());
      }
    }
    added = 0;
    ended = 0;
    flushedChanged = 0;
    flushedRemoved = 0;
    if (spilled != null && holdsTooMuch(spilled)) {
      clear(spilled);
    }
  }

  private boolean holdsTooMuch(SpilledRows beyond) {
    return states.memoryBytes() + beyond.memoryBytes() > beyond.heldBytes();
  }

  /** Sees how much of the heap a key takes; a few large ones are forgotten again, slowly. */
  private void learn() {
    int keys = states.table.size();
    if (keys > 0) {
      long now = (states.memoryBytes() - emptyBytes) / Math.max(LEAST_SEEN, keys);
      bytesAKey = Math.max(Math.max(LEAST_KEY, now), bytesAKey - bytesAKey / 8);
    }
  }

  /** Whether the states of so many keys, or fewer, may be too much to hold at once. */
  private boolean mayBeTooMuch(long keys, SpilledRows beyond) {
    return bytesAKey == 0 ? keys > FIRST_KEYS : keys > beyond.heldBytes() / bytesAKey;
  }

  private void clear(SpilledRows beyond) {
    states.clear();
    beyond.clearSlots();
  }

  /** Whether a key waits for nothing later than that time of the clock that it waits for. */
  boolean anyDue(long millis) {
    return timers.anyDue(millis)
        || spilled != null && spilled.anyDue(plan.timesOut() ? millis - 1 : millis);
  }

  /**
   * Takes all rows of an epoch whose keys hash here, in the order of the input.
   *
   * @param initial those that states begin with
   * @param rows are forgotten as they are folded
   */
  void take(List<Batch> initial, List<Batch> rows, EvaluationContext context, Emitter out) {
    long count = initial.stream().mapToLong(Batch::rows).sum();
    count += rows.stream().mapToLong(Batch::rows).sum();
    if (spilled != null && mayBeTooMuch(count, spilled)) {
      takeShares(initial, rows, spilled, context, out);
      return;
    }
    load(initial, plan.initialKeys, context);
    initial.forEach(some -> foldInitial(some, context));
    load(rows, plan.keys, context);
    for (int i = 0; i < rows.size(); i++) {
      Batch some = rows.get(i);
      rows.set(i, Batch.empty(some.schema()));
      fold(some, context, out);
    }
    endBatch(context, out);
    learn();
  }

  /** The same, some of the keys after the others, as many at once as there is room for. */
  private void takeShares(
      List<Batch> initial,
      List<Batch> rows,
      SpilledRows beyond,
      EvaluationContext context,
      Emitter out) {
    FoldShares.Dealer dealer = new FoldShares.Dealer(plan.codec(), context);
    FoldShares first = dealer.deal(initial, plan.initialKeys);
    FoldShares all = dealer.deal(rows, plan.keys);
    FoldShares.Shares shares = new FoldShares.Shares(dealer.keys());
    while (shares.hasNext()) {
      FoldShares.Share share = shares.next(bytesAKey, beyond.heldBytes());
      load(first.share(share), plan.initialKeys, context);
      first.share(share).forEach(some -> foldInitial(some, context));
      load(all.share(share), plan.keys, context);
      all.share(share).forEach(some -> fold(some, context, out));
      endBatch(context, out);
      learn();
      if (holdsTooMuch(beyond)) {
        flush(beyond);
      }
    }
  }

  /** Takes rows whose keys are there, in the order of the input. */
  private void fold(Batch rows, EvaluationContext context, Emitter out) {
    List<Column> keys = plan.keys.evaluate(rows, context);
    int[] slots = rounds(keys, rows.rows());
    if (plan.initialRows.isPresent()) {
      Arrays.stream(slots).forEach(withRow::set);
    }
    FoldStates held = states.load(slots);
    held.dropOver(timers.nowMicros());
    List<Column> rowColumns = plan.rows.rowColumns(rows);
    for (int round = 0; round < rounds.rounds(); round++) {
      int size = rounds.size(round);
      int[] at = rounds.rows(round);
      List<Column> rowsNow = FoldColumns.select(rowColumns, at, size);
      Batch seen =
          plan.rows.ofRows(
              FoldColumns.select(keys, at, size), held, rowsNow, size, watermarkMillis);
      if (held.begin(seen, timers.nowMicros(), context)) {
        seen = plan.rows.withStates(seen, held);
      }
      held.update(plan.update, seen, timers.nowMicros(), context);
      seen = plan.rows.withStates(seen, held);
      if (!program.timers().isEmpty()) {
        timers.setAfterRow(held, seen, context);
        seen = plan.rows.withStates(seen, held);
      }
      output.emit(program.emissions(), StateProgram.Each.ROW, seen, context, out);
      Arrays.fill(held.has, 0, size, true);
      if (program.removal().filter(r -> r.each() == StateProgram.Each.ROW).isPresent()) {
        remove(held, plan.isTrue(program.removal().get().when(), seen, context));
      }
      int next = rounds.size(round + 1);
      states.keep(slots, next, size, held);
      keepRows(slots, next, size, rowsNow);
      if (next < size && next > 0) {
        held.keepFirst(next);
      }
    }
  }

  /** Takes rows that states begin with, before all others. */
  private void foldInitial(Batch rows, EvaluationContext context) {
    StateProgram.Initial initial = program.initial().orElseThrow();
    FoldScope scope = plan.initialRows.orElseThrow();
    List<Column> keys = plan.initialKeys.evaluate(rows, context);
    int[] slots = rounds(keys, rows.rows());
    FoldStates held = states.load(slots);
    List<Column> rowColumns = scope.rowColumns(rows);
    for (int round = 0; round < rounds.rounds(); round++) {
      int size = rounds.size(round);
      int[] at = rounds.rows(round);
      List<Column> keysNow = FoldColumns.select(keys, at, size);
      Batch without =
          plan.rows.ofRows(keysNow, held, plan.rows.noRows(size), size, watermarkMillis);
      boolean begun = held.begin(without, timers.nowMicros(), context);
      Batch seen =
          scope.ofRows(
              keysNow, held, FoldColumns.select(rowColumns, at, size), size, watermarkMillis);
      if (begun) {
        seen = scope.withStates(seen, held);
      }
      held.update(plan.initialUpdate, seen, timers.nowMicros(), context);
      seen = scope.withStates(seen, held);
      timers.set(initial.settings(), held, seen, Optional.empty(), context);
      Arrays.fill(held.has, 0, size, true);
      int next = rounds.size(round + 1);
      states.keep(slots, next, size, held);
      if (next < size && next > 0) {
        held.keepFirst(next);
      }
    }
  }

  /** Deals rows out to rounds; gives the slots of their keys, in the order of the rounds. */
  private int[] rounds(List<Column> keys, int count) {
    int[] slotOf = states.slots(keys, count);
    rounds.of(slotOf, count, states.table.slots());
    touch(rounds.came);
    return rounds.slots;
  }

  private static void remove(FoldStates held, boolean[] gone) {
    for (int i = 0; i < gone.length; i++) {
      if (gone[i]) {
        held.remove(i);
      }
    }
  }

  private void keepRows(int[] slots, int from, int to, List<Column> rows) {
    for (int c = 0; from < to && c < lastRow.length; c++) {
      if (plan.rows.read.get(c)) {
        lastRow[c].put(slots, from, to, rows.get(c));
      }
    }
  }

  /** All rows of some keys have been folded: what is done once a key and batch. */
  private void endBatch(EvaluationContext context, Emitter out) {
    int came = touched.count();
    if (plan.endsBatches()) {
      for (int from = ended; from < came; from += Batch.TARGET_ROWS) {
        endRows(touched.range(from, Math.min(came, from + Batch.TARGET_ROWS)), context, out);
      }
    }
    ended = came;
  }

  /** All rows have been taken: what has come. */
  void end(EvaluationContext context, Emitter out) {
    come(context, out);
    if (spilled != null) {
      for (int clock = 0; clock < timers.clocks(); clock++) {
        for (SpilledLookup.Timed rows : spilled.come(clock, timers.comeMillis(clock))) {
          come(rows, spilled, context, out);
        }
      }
    }
    output.flush(out);
    forgetGone();
  }

  /** What comes of time, of the keys in the heap. */
  private void come(EvaluationContext context, Emitter out) {
    if (plan.timesOut()) {
      timeOutThoseDue(context, out);
    }
    if (plan.fires()) {
      fireThoseDue(context, out);
    }
    if (timers.expires()) {
      expire();
    }
  }

  /**
   * The same of keys that have come up beyond the heap, for which it must have room. One that the
   * epoch has changed is newer here, or gone; one for which nothing comes was early.
   */
  private void come(
      SpilledLookup.Timed read, SpilledRows beyond, EvaluationContext context, Emitter out) {
    int[] slots =
        states.takeAbsent(
            read.rows(),
            (rows, fresh, count) -> {
              SpilledLookup.Timed taken = read.select(rows, count);
              beyond.hold(fresh, taken.rows(), taken.hidden());
            });
    come(context, out);
    beyond.again(Arrays.stream(slots).filter(slot -> !touched.contains(slot)).toArray());
    if (holdsTooMuch(beyond)) {
      flush(beyond);
    }
  }

  /** Makes room in the middle of an epoch, when nothing but the states is to be had of its keys. */
  private void flush(SpilledRows beyond) {
    learn();
    forgetGone();
    beyond.flush();
    flushedChanged += touched.count();
    flushedRemoved += removed.count();
    added = 0;
    touched.clear();
    removed.clear();
    withRow.clear();
    ended = 0;
    clear(beyond);
  }

  private void timeOutThoseDue(EvaluationContext context, Emitter out) {
    int[] due = timers.timedOut(states.table);
    for (int from = 0; from < due.length; from += Batch.TARGET_ROWS) {
      timeOut(
          Arrays.copyOfRange(due, from, Math.min(due.length, from + Batch.TARGET_ROWS)),
          context,
          out);
    }
  }

  /** Of each key one timer after the other, by their times. */
  private void fireThoseDue(EvaluationContext context, Emitter out) {
    while (true) {
      List<NamedTimers.Due> due =
          timers.fired(slot -> states.table.isLive(slot) && states.known.get(slot));
      if (due.isEmpty()) {
        return;
      }
      for (NamedTimers.Due each : due) {
        for (int from = 0; from < each.slots().length; from += Batch.TARGET_ROWS) {
          int to = Math.min(each.slots().length, from + Batch.TARGET_ROWS);
          fire(
              each.timer(),
              Arrays.copyOfRange(each.slots(), from, to),
              Arrays.copyOfRange(each.micros(), from, to),
              context,
              out);
        }
      }
    }
  }

  /** Lets the states go that have expired. */
  private void expire() {
    int[] due = timers.expired(states.table);
    touch(due);
    for (int slot : due) {
      states.known.clear(slot);
    }
  }

  private void endRows(int[] slots, EvaluationContext context, Emitter out) {
    if (plan.timesOut()) {
      timers.stopWaiting(slots);
    }
    int[] all = Arrays.stream(slots).filter(states.known::get).toArray();
    int[] with =
        plan.initialRows.isEmpty() ? all : Arrays.stream(all).filter(withRow::get).toArray();
    if (with.length > 0) {
      endRows(with, lastRows(with), context, out);
    }
    if (with.length < all.length && plan.timesOut()) {
      // These have a state from the beginning, and no row yet.
      int[] none = Arrays.stream(all).filter(slot -> !withRow.get(slot)).toArray();
      Batch seen = seen(none, states.load(none), plan.rows.noRows(none.length));
      await(none, program.timeout().get().at(), seen, context);
    }
  }

  private void endRows(int[] with, List<Column> rows, EvaluationContext context, Emitter out) {
    Batch seen = seen(with, states.load(with), rows);
    output.emit(program.emissions(), StateProgram.Each.BATCH, seen, context, out);
    program
        .removal()
        .filter(removal -> removal.each() == StateProgram.Each.BATCH)
        .ifPresent(removal -> dropState(with, plan.isTrue(removal.when(), seen, context)));
    if (plan.timesOut()) {
      await(with, program.timeout().get().at(), seen, context);
    }
  }

  private List<Column> lastRows(int[] slots) {
    List<Column> rows = plan.rows.noRows(slots.length);
    for (int c = 0; c < lastRow.length; c++) {
      if (plan.rows.read.get(c)) {
        rows.set(c, lastRow[c].get(slots, 0, slots.length));
      }
    }
    return rows;
  }

  private Batch seen(int[] slots, FoldStates held, List<Column> rows) {
    return plan.rows.ofRows(
        states.table.keys(slots, 0, slots.length), held, rows, slots.length, watermarkMillis);
  }

  private void dropState(int[] slots, boolean[] gone) {
    for (int i = 0; i < slots.length; i++) {
      if (gone[i]) {
        states.known.clear(slots[i]);
      }
    }
  }

  /** Lets keys wait until the time that the expression gives; one without a state does not. */
  private void await(int[] slots, Expression at, Batch seen, EvaluationContext context) {
    int[] rows = new int[slots.length];
    int[] staying = new int[slots.length];
    int count = 0;
    for (int i = 0; i < slots.length; i++) {
      if (states.known.get(slots[i])) {
        rows[count] = i;
        staying[count++] = slots[i];
      }
    }
    if (count > 0) {
      Batch those = count == slots.length ? seen : seen.select(rows, count);
      timers.await(staying, at, those, context);
    }
  }

  /** The states of keys without a row in this batch, as what comes of time sees them. */
  private FoldStates loadWithoutRow(int[] slots, EvaluationContext context) {
    FoldStates held = states.load(slots);
    held.dropOver(timers.nowMicros());
    if (!program.livesByColumns() && program.columnTtls().stream().allMatch(ttl -> ttl == 0)) {
      return held;
    }
    Batch seen = seen(slots, held, plan.rows.noRows(slots.length));
    held.begin(seen, timers.nowMicros(), context);
    return held;
  }

  private void timeOut(int[] slots, EvaluationContext context, Emitter out) {
    touch(slots);
    StateProgram.OnTimeout then = program.onTimeout();
    FoldStates held = loadWithoutRow(slots, context);
    List<Column> keys = states.table.keys(slots, 0, slots.length);
    Batch seen = plan.rows.timedOut(keys, held, slots.length, watermarkMillis);
    if (!then.update().isEmpty()) {
      held.update(plan.timeoutUpdate, seen, timers.nowMicros(), context);
      states.keep(slots, 0, slots.length, held);
      seen = plan.rows.withStates(seen, held);
    }
    output.emit(then.emissions(), StateProgram.Each.BATCH, seen, context, out);
    dropState(slots, plan.isTrue(then.remove(), seen, context));
    timers.stopWaiting(slots);
    if (then.again().isPresent()) {
      await(slots, then.again().get(), seen, context);
    }
  }

  private void fire(int timer, int[] slots, long[] micros, EvaluationContext context, Emitter out) {
    touch(slots);
    StateProgram.Timer named = program.timers().get(timer);
    StateProgram.OnTimer then = named.then();
    FoldStates held = loadWithoutRow(slots, context);
    Arrays.fill(held.timer(timer), FoldStates.NEVER);
    List<Column> keys = states.table.keys(slots, 0, slots.length);
    FoldScope.Fired fired = new FoldScope.Fired(named.name(), micros);
    Batch seen = plan.rows.fired(keys, held, fired, slots.length, watermarkMillis);
    if (!then.update().isEmpty()) {
      held.update(plan.timerUpdates.get(timer), seen, timers.nowMicros(), context);
      seen = plan.rows.withStates(seen, held);
    }
    timers.set(then.settings(), held, seen, Optional.of(micros), context);
    seen = plan.rows.withStates(seen, held);
    output.emit(then.emissions(), StateProgram.Each.BATCH, seen, context, out);
    remove(held, plan.isTrue(then.remove(), seen, context));
    if (then.update().isEmpty()) {
      for (int i = 0; i < slots.length; i++) {
        states.known.set(slots[i], held.has[i]);
        timers.putNamed(slots[i], held, i);
      }
    } else {
      states.keep(slots, 0, slots.length, held);
    }
  }

  private void touch(int[] slots) {
    touched.touch(slots, slots.length, states.table.slots());
  }

  /** Takes keys without a state out of the table: those that were there and those that came. */
  private void forgetGone() {
    int[] slots = touched.where(slot -> states.table.isLive(slot) && !states.known.get(slot));
    removed.add(slots, slots.length, states.table::keys);
    states.drop(slots, slots.length);
  }

  // ---- the durable side

  /** The states that the epoch changed and that are still there. */
  @Override
  public int[] changedSlots() {
    return touched.where(slot -> states.table.isLive(slot) && states.known.get(slot));
  }

  @Override
  public Batch rows(int[] slots, int from, int to) {
    return states.rows(slots, from, to);
  }

  @Override
  public List<Batch> removed() {
    return removed.batches();
  }

  @Override
  public long size() {
    return spilled == null ? states.table.size() : spilled.size();
  }

  @Override
  public long changedCount() {
    return flushedChanged + touched.count();
  }

  @Override
  public long removedCount() {
    return flushedRemoved + removed.count();
  }

  @Override
  public long memoryBytes() {
    return states.memoryBytes();
  }

  @Override
  public void put(Batch rows) {
    states.put(rows);
  }

  @Override
  public void remove(Batch rows) {
    states.remove(rows);
  }

  // ---- what lies beyond the heap

  @Override
  public KeyCodec spillCodec() {
    return states.codec;
  }

  @Override
  public Schema stateSchema() {
    return plan.stateSchema;
  }

  @Override
  public GroupTable table() {
    return states.table;
  }

  @Override
  public int clocks() {
    return timers.clocks();
  }

  @Override
  public EventTimes times(int clock, Batch rows) {
    return timers.times(clock, rows);
  }

  @Override
  public EventTimes awaitedTimes(Batch rows) {
    return timers.awaitedTimes(rows);
  }

  @Override
  public boolean timesMove() {
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

  /**
   * Gives the keys of rows that are going to be folded slots, with what lies of them beyond the
   * heap, all at once.
   */
  private void load(Iterable<Batch> rows, Evaluations keys, EvaluationContext context) {
    if (spilled == null) {
      return;
    }
    IntList absent = new IntList();
    for (Batch batch : rows) {
      states.addNew(keys.evaluate(batch, context), batch.rows(), absent);
    }
    int[] fresh = absent.toArray();
    added += fresh.length;
    spilled.load(
        fresh,
        (slots, asked, found) -> {
          int[] there = found.among(slots);
          states.take(there, found.values());
          added -= there.length;
        });
  }
}
