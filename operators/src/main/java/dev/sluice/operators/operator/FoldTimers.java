package dev.sluice.operators.operator;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.keyed.EventTimes;
import dev.sluice.operators.keyed.GroupTable;
import dev.sluice.operators.plan.StateProgram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * What the keys of a fold wait for, by slot: until when a key waits for its next row before it
 * times out, when its state expires if it is not renewed, and its timers. Each is kept only if the
 * program has it, and is then a column of the rows of state.
 */
final class FoldTimers {
  private static final long NEVER = Long.MAX_VALUE;

  private final TransformWithStatePlan plan;
  private final long ttlMillis;
  private final FoldTimeouts clock;
  private final Expiry timeouts = new Expiry();
  private final Expiry expiries = new Expiry();
  private final NamedTimers named;

  FoldTimers(TransformWithStatePlan plan) {
    this.plan = plan;
    this.ttlMillis = plan.program.ttlMillis();
    this.clock = new FoldTimeouts(plan);
    this.named = new NamedTimers(plan.program.timers().size());
  }

  /** Sets the clocks of an epoch. */
  void begin(Epoch epoch, long watermarkMillis) {
    clock.begin(epoch, watermarkMillis);
  }

  /** Forgets all keys. */
  void clear() {
    timeouts.clear();
    expiries.clear();
    named.clear();
  }

  /** About how many bytes of heap it holds. */
  long memoryBytes() {
    return timeouts.memoryBytes() + expiries.memoryBytes() + named.memoryBytes();
  }

  /** Whether states expire at all. */
  boolean expires() {
    return plan.program.expires();
  }

  long nowMillis() {
    return clock.nowMillis();
  }

  long nowMicros() {
    return clock.nowMillis() * 1000;
  }

  // ---- timeouts

  /** Lets keys wait until the time that the expression gives for each of the rows. */
  void await(int[] slots, Expression at, Batch seen, EvaluationContext context) {
    long[] micros = clock.set(at, seen, context);
    for (int i = 0; i < micros.length; i++) {
      timeouts.put(slots[i], micros[i]);
    }
  }

  /** Keys no longer wait. */
  void stopWaiting(int[] slots) {
    for (int slot : slots) {
      timeouts.put(slot, NEVER);
    }
  }

  /** Whether anything comes at that time of the clock that keys wait for. */
  boolean anyDue(long millis) {
    return timeouts.anyDue(millis - 1) || named.anyDue(millis);
  }

  /**
   * The last millisecond whose times have come: a key waits through the one at which it times out
   * (Spark's {@code GroupState}), but not through that of a timer (its {@code StatefulProcessor}).
   */
  long comeMillis() {
    return plan.timesOut() ? clock.limitMillis() - 1 : clock.limitMillis();
  }

  /** The live slots whose keys have timed out, in order, but for those whose state has expired. */
  int[] timedOut(GroupTable table) {
    return Arrays.stream(timeouts.due(table, comeMillis()))
        .filter(slot -> !hasExpired(slot))
        .toArray();
  }

  // ---- time to live

  /**
   * The state of a key was changed: it lives its whole time from now on, and no longer than its
   * columns if they all live for a time.
   */
  void renew(int slot, long columnsUntil) {
    if (expires()) {
      long until = ttlMillis > 0 ? nowMicros() + ttlMillis * 1000 : NEVER;
      expiries.put(slot, Math.min(until, columnsUntil));
    }
  }

  boolean hasExpired(int slot) {
    return expires() && expiries.at(slot) <= nowMicros();
  }

  /** The live slots whose state has expired, in order. */
  int[] expired(GroupTable table) {
    return expiries.due(table, clock.nowMillis());
  }

  // ---- timers

  /** The times of the timers of some keys, timer by timer. */
  long[][] named(int[] slots) {
    long[][] times = new long[named.count()][slots.length];
    for (int t = 0; t < times.length; t++) {
      for (int i = 0; i < slots.length; i++) {
        times[t][i] = slots[i] < 0 ? NEVER : named.at(t, slots[i]);
      }
    }
    return times;
  }

  void putNamed(int slot, FoldStates states, int key) {
    for (int t = 0; t < named.count(); t++) {
      named.put(t, slot, states.timer(t)[key]);
    }
  }

  /** Sets the timers of keys after rows of them. */
  void setAfterRow(FoldStates states, Batch seen, EvaluationContext context) {
    List<StateProgram.Timer> timers = plan.program.timers();
    long[][] next = new long[timers.size()][];
    for (int t = 0; t < next.length; t++) {
      next[t] = next(timers.get(t), states.timer(t), seen, context);
    }
    for (int t = 0; t < next.length; t++) {
      System.arraycopy(next[t], 0, states.timer(t), 0, next[t].length);
    }
  }

  private long[] next(StateProgram.Timer timer, long[] now, Batch seen, EvaluationContext context) {
    int count = seen.rows();
    long[] next = Arrays.copyOf(now, count);
    if (timer.when().isEmpty()) {
      next = clock.timer(timer.at(), seen, context);
    } else {
      int[] set = where(plan.isTrue(timer.when().get(), seen, context));
      if (set.length > 0) {
        long[] times = clock.timer(timer.at(), seen.select(set, set.length), context);
        for (int i = 0; i < set.length; i++) {
          next[set[i]] = times[i];
        }
      }
    }
    if (timer.delete().isPresent()) {
      for (int row : where(plan.isTrue(timer.delete().get(), seen, context))) {
        next[row] = NEVER;
      }
    }
    return next;
  }

  private static int[] where(boolean[] isTrue) {
    return IntStream.range(0, isTrue.length).filter(i -> isTrue[i]).toArray();
  }

  /**
   * Sets timers of keys otherwise.
   *
   * @param fired when the timer came that sets them; empty if none did
   */
  void set(
      List<StateProgram.Setting> settings,
      FoldStates states,
      Batch seen,
      Optional<long[]> fired,
      EvaluationContext context) {
    List<long[]> next = new ArrayList<>(settings.size());
    for (StateProgram.Setting setting : settings) {
      next.add(
          fired.isPresent()
              ? clock.nextTimer(setting.at(), seen, fired.get(), context)
              : clock.timer(setting.at(), seen, context));
    }
    for (int i = 0; i < next.size(); i++) {
      long[] into = states.timer(settings.get(i).timer());
      System.arraycopy(next.get(i), 0, into, 0, seen.rows());
    }
  }

  /** Of each key that has timers which have come the first, but for states that have expired. */
  List<NamedTimers.Due> fired(IntPredicate isLive) {
    return named.firstDue(slot -> isLive.test(slot) && !hasExpired(slot), comeMillis());
  }

  // ---- what is kept of them

  /** Forgets what the first {@code count} slots wait for. */
  void forget(int[] slots, int count) {
    for (int i = 0; i < count; i++) {
      if (plan.timesOut()) {
        timeouts.put(slots[i], NEVER);
      }
      if (expires()) {
        expiries.put(slots[i], NEVER);
      }
      for (int t = 0; t < named.count(); t++) {
        named.put(t, slots[i], NEVER);
      }
    }
  }

  /** The times of {@code slots[from..to)} as columns of the state: all but those of timers. */
  List<Column> columns(int[] slots, int from, int to) {
    List<Column> columns = new ArrayList<>(2);
    if (plan.timesOut()) {
      columns.add(times(timeouts, slots, from, to));
    }
    if (expires()) {
      columns.add(times(expiries, slots, from, to));
    }
    return columns;
  }

  /** Those of timers. */
  List<Column> namedColumns(int[] slots, int from, int to) {
    List<Column> columns = new ArrayList<>(named.count());
    for (long[] micros : named(Arrays.copyOfRange(slots, from, to))) {
      columns.add(times(micros));
    }
    return columns;
  }

  private static Column times(Expiry from, int[] slots, int begin, int end) {
    long[] micros = new long[end - begin];
    for (int i = 0; i < micros.length; i++) {
      micros[i] = from.at(slots[begin + i]);
    }
    return times(micros);
  }

  private static Column times(long[] micros) {
    boolean[] never = new boolean[micros.length];
    for (int i = 0; i < micros.length; i++) {
      never[i] = micros[i] == NEVER;
    }
    return new LongColumn(
        AtomicType.TIMESTAMP, micros, Validity.ofNulls(never, never.length), micros.length);
  }

  /** How many columns {@link #columns} gives. */
  int columnCount() {
    return (plan.timesOut() ? 1 : 0) + (expires() ? 1 : 0);
  }

  /** Takes the times of slots from the columns that {@link #columns} made. */
  void put(int[] slots, List<Column> columns) {
    int next = 0;
    if (plan.timesOut()) {
      timeouts.put(slots, 0, slots.length, EventTimes.of(columns.get(next++)));
    }
    if (expires()) {
      expiries.put(slots, 0, slots.length, EventTimes.of(columns.get(next)));
    }
  }

  /** Takes the times of timers from the columns that {@link #namedColumns} made. */
  void putNamed(int[] slots, List<Column> columns) {
    for (int t = 0; t < named.count(); t++) {
      EventTimes times = EventTimes.of(columns.get(t));
      for (int i = 0; i < slots.length; i++) {
        named.put(t, slots[i], times.isKnown(i) ? times.micros()[i] : NEVER);
      }
    }
  }

  // ---- what lies beyond the heap

  /**
   * By how many clocks keys are looked at: by the one that they wait for, and by that of batches if
   * states expire. Where that is one, or keys do not wait, the earliest of the times counts.
   */
  int clocks() {
    return waits() && expires() && !expiresByItself() ? 2 : waits() || expires() ? 1 : 0;
  }

  /** When rows of state are looked at by one of them. */
  EventTimes times(int clock, Batch rows) {
    if (clock == 1 || !waits()) {
      return expiryTimes(rows);
    }
    EventTimes first = awaitedTimes(rows);
    return expiresByItself() ? first.orEarlier(expiryTimes(rows), rows.rows()) : first;
  }

  /** Up to when, by one of the clocks, keys are to be looked at in this epoch. */
  long comeMillis(int clock) {
    return clock == 1 || expiresByItself() ? nowMillis() : comeMillis();
  }

  private boolean waits() {
    return plan.timesOut() || plan.fires();
  }

  private EventTimes expiryTimes(Batch rows) {
    return EventTimes.of(rows.column(firstColumn() + (plan.timesOut() ? 1 : 0)));
  }

  /** When the keys of rows of state time out, or their first timer comes. */
  EventTimes awaitedTimes(Batch rows) {
    if (plan.timesOut()) {
      return EventTimes.of(rows.column(firstColumn()));
    }
    int last = rows.schema().size() - 1;
    EventTimes first = EventTimes.of(rows.column(last));
    for (int t = 1; t < named.count(); t++) {
      first = first.orEarlier(EventTimes.of(rows.column(last - t)), rows.rows());
    }
    return first;
  }

  private int firstColumn() {
    return plan.keyTypes.size() + plan.program.state().size();
  }

  /** True if states expire by the clock that keys wait for, or keys do not wait. */
  private boolean expiresByItself() {
    return expires() && !(waits() && plan.program.timesOutBy(StateProgram.Clock.EVENT_TIME));
  }
}
