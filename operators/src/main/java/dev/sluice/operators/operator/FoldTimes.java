package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.plan.StateProgram;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What time does to states: keys that have waited too long, timers, states that expire. */
final class FoldTimes {
  private final FoldKeys keys;
  private final TransformWithStatePlan plan;
  private final StateProgram program;
  private final FoldSlots states;
  private final FoldTimers timers;
  private final FoldOutput output;

  FoldTimes(FoldKeys keys) {
    this.keys = keys;
    this.plan = keys.plan;
    this.program = plan.program;
    this.states = keys.states;
    this.timers = keys.timers;
    this.output = keys.output;
  }

  /** What comes of time, of the keys in the heap. */
  void come(EvaluationContext context, Emitter out) {
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
    keys.touch(due);
    for (int slot : due) {
      states.known.clear(slot);
    }
  }

  /** The states of keys without a row in this batch, as what comes of time sees them. */
  private FoldStates loadWithoutRow(int[] slots, EvaluationContext context) {
    FoldStates held = states.load(slots);
    held.dropOver(timers.nowMicros());
    if (!program.livesByColumns() && program.columnTtls().stream().allMatch(ttl -> ttl == 0)) {
      return held;
    }
    Batch seen = keys.seen(slots, held, plan.rows.noRows(slots.length));
    held.begin(seen, timers.nowMicros(), context);
    return held;
  }

  private void timeOut(int[] slots, EvaluationContext context, Emitter out) {
    keys.touch(slots);
    StateProgram.OnTimeout then = program.onTimeout();
    FoldStates held = loadWithoutRow(slots, context);
    List<Column> keyColumns = states.table.keys(slots, 0, slots.length);
    Batch seen = plan.rows.timedOut(keyColumns, held, slots.length, keys.watermarkMillis());
    if (!then.update().isEmpty()) {
      held.update(plan.timeoutUpdate, seen, timers.nowMicros(), context);
      states.keep(slots, 0, slots.length, held);
      seen = plan.rows.withStates(seen, held);
    }
    output.emit(then.emissions(), StateProgram.Each.BATCH, seen, context, out);
    keys.dropStates(slots, plan.isTrue(then.remove(), seen, context));
    timers.stopWaiting(slots);
    if (then.again().isPresent()) {
      keys.await(slots, then.again().get(), seen, context);
    }
  }

  private void fire(int timer, int[] slots, long[] micros, EvaluationContext context, Emitter out) {
    keys.touch(slots);
    StateProgram.Timer named = program.timers().get(timer);
    StateProgram.OnTimer then = named.then();
    FoldStates held = loadWithoutRow(slots, context);
    Arrays.fill(held.timer(timer), FoldStates.NEVER);
    List<Column> keyColumns = states.table.keys(slots, 0, slots.length);
    FoldScope.Fired fired = new FoldScope.Fired(named.name(), micros);
    Batch seen = plan.rows.fired(keyColumns, held, fired, slots.length, keys.watermarkMillis());
    if (!then.update().isEmpty()) {
      held.update(plan.timerUpdates.get(timer), seen, timers.nowMicros(), context);
      seen = plan.rows.withStates(seen, held);
    }
    timers.set(then.settings(), held, seen, Optional.of(micros), context);
    seen = plan.rows.withStates(seen, held);
    output.emit(then.emissions(), StateProgram.Each.BATCH, seen, context, out);
    FoldKeys.remove(held, plan.isTrue(then.remove(), seen, context));
    if (then.update().isEmpty()) {
      for (int i = 0; i < slots.length; i++) {
        states.known.set(slots[i], held.has[i]);
        timers.putNamed(slots[i], held, i);
      }
    } else {
      states.keep(slots, 0, slots.length, held);
    }
  }
}
