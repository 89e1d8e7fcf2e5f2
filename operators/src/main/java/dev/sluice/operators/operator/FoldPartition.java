package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.keyed.EventTimes;
import dev.sluice.operators.keyed.GroupTable;
import dev.sluice.operators.keyed.IntList;
import dev.sluice.operators.keyed.KeyCodec;
import dev.sluice.operators.spill.Spillable;
import dev.sluice.operators.spill.SpilledLookup;
import dev.sluice.operators.spill.SpilledRows;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys that hash to one partition, their states and what they wait for. In an epoch: {@link
 * #begin}, {@link #take} of all rows, {@link #end}. {@link FoldInput} knows what a row does to a
 * state, {@link FoldTimes} what time does; here stands which keys are at hand while they do, and
 * what of them is durable.
 */
final class FoldPartition implements Spillable {
  private static final long LEAST_KEY = 100;

  /** Fewer keys than these say little of what others need. */
  private static final int LEAST_SEEN = 64;

  /** So many keys, or rows, are taken before anything is known of the room that they need. */
  private static final int FIRST_KEYS = Batch.TARGET_ROWS;

  private final TransformWithStatePlan plan;
  private final FoldKeys keys;
  private final FoldSlots states;
  private final FoldTimers timers;
  private final TouchedSlots touched;
  private final FoldInput input;
  private final FoldTimes times;
  private final RemovedKeys removed;
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

  FoldPartition(TransformWithStatePlan plan) {
    this.plan = plan;
    this.keys = new FoldKeys(plan);
    this.states = keys.states;
    this.timers = keys.timers;
    this.touched = keys.touched;
    this.input = new FoldInput(keys);
    this.times = new FoldTimes(keys);
    this.removed = new RemovedKeys(plan.keySchema);
    this.emptyBytes = states.memoryBytes();
  }

  /** Forgets what the epoch before changed. */
  void begin(Epoch epoch) {
    keys.begin(epoch);
    input.begin();
    removed.clear();
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
    initial.forEach(some -> input.foldInitial(some, context));
    load(rows, plan.keys, context);
    for (int i = 0; i < rows.size(); i++) {
      Batch some = rows.get(i);
      rows.set(i, Batch.empty(some.schema()));
      input.fold(some, context, out);
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
      first.share(share).forEach(some -> input.foldInitial(some, context));
      load(all.share(share), plan.keys, context);
      all.share(share).forEach(some -> input.fold(some, context, out));
      endBatch(context, out);
      learn();
      if (holdsTooMuch(beyond)) {
        flush(beyond);
      }
    }
  }

  /** All rows of some keys have been folded: what is done once a key and batch. */
  private void endBatch(EvaluationContext context, Emitter out) {
    int came = touched.count();
    if (plan.endsBatches()) {
      for (int from = ended; from < came; from += Batch.TARGET_ROWS) {
        input.end(touched.range(from, Math.min(came, from + Batch.TARGET_ROWS)), context, out);
      }
    }
    ended = came;
  }

  /** All rows have been taken: what has come. */
  void end(EvaluationContext context, Emitter out) {
    times.come(context, out);
    if (spilled != null) {
      for (int clock = 0; clock < timers.clocks(); clock++) {
        for (SpilledLookup.Timed rows : spilled.come(clock, timers.comeMillis(clock))) {
          come(rows, spilled, context, out);
        }
      }
    }
    keys.output.flush(out);
    forgetGone();
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
    times.come(context, out);
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
    input.forgetKeys();
    ended = 0;
    clear(beyond);
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
