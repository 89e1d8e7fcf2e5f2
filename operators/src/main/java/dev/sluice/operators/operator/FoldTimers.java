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
import java.util.List;
import java.util.Optional;

/**
 * What the keys of a fold wait for, by slot: until when a key waits for its next row before it
 * times out, and when its state expires if it is not renewed. Either is kept only if the program
 * has it, and is then a column of the rows of state: {@code timeout_at}, {@code expires_at}.
 */
final class FoldTimers {
  private static final long NEVER = Long.MAX_VALUE;

  private final FoldPlan plan;
  private final long ttlMillis;
  private final FoldTimeouts clock;
  private final Expiry timeouts = new Expiry();
  private final Expiry expiries = new Expiry();

  FoldTimers(FoldPlan plan) {
    this.plan = plan;
    this.ttlMillis = plan.program.ttlMillis();
    this.clock = new FoldTimeouts(plan);
  }

  /** Sets the clocks of an epoch. */
  void begin(Epoch epoch, long watermarkMillis) {
    clock.begin(epoch, watermarkMillis);
  }

  /** Forgets all keys. */
  void clear() {
    timeouts.clear();
    expiries.clear();
  }

  /** Whether states expire at all. */
  boolean expires() {
    return ttlMillis > 0;
  }

  long nowMillis() {
    return clock.nowMillis();
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

  /** Whether a key times out before that time of the clock that it waits for. */
  boolean timesOutBefore(long millis) {
    return timeouts.anyDue(millis - 1);
  }

  /** The last millisecond whose timeouts have come: a key waits through the one it names. */
  long timedOutMillis() {
    return clock.limitMillis() - 1;
  }

  /** The live slots whose keys have timed out, in order, but for those whose state has expired. */
  int[] timedOut(GroupTable table) {
    return Arrays.stream(timeouts.due(table, timedOutMillis()))
        .filter(slot -> !hasExpired(slot))
        .toArray();
  }

  // ---- time to live

  /** The states at these slots live their whole time from now on. */
  void renew(int[] slots) {
    if (!expires()) {
      return;
    }
    long until = (clock.nowMillis() + ttlMillis) * 1000;
    for (int slot : slots) {
      expiries.put(slot, until);
    }
  }

  boolean hasExpired(int slot) {
    return expires() && expiries.at(slot) <= clock.nowMillis() * 1000;
  }

  /** The live slots whose state has expired, in order. */
  int[] expired(GroupTable table) {
    return expiries.due(table, clock.nowMillis());
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
    }
  }

  /** The times of {@code slots[from..to)} as columns of the state. */
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

  // ---- what lies beyond the heap

  /**
   * When rows of state are looked at: of two times by one clock the earlier one. Where keys wait by
   * event time, a state that has expired is found out when its key comes up.
   */
  Optional<EventTimes> spillTimes(Batch rows) {
    if (!plan.timesOut() && !expires()) {
      return Optional.empty();
    }
    EventTimes first = EventTimes.of(rows.column(firstColumn()));
    return Optional.of(
        plan.timesOut() && expiresByItself()
            ? first.orEarlier(EventTimes.of(rows.column(firstColumn() + 1)))
            : first);
  }

  /** When the keys of rows of state time out. */
  EventTimes awaitedTimes(Batch rows) {
    return EventTimes.of(rows.column(firstColumn()));
  }

  private int firstColumn() {
    return plan.keyTypes.size() + plan.program.state().size();
  }

  /** True if what lies beyond the heap is asked for states that have expired. */
  boolean expiresByItself() {
    return expires()
        && !(plan.timesOut() && plan.program.timesOutBy(StateProgram.Clock.EVENT_TIME));
  }
}
