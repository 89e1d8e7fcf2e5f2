package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.Expression;
import java.util.List;

/**
 * What the parts of a {@link FoldPartition} share: the states of its keys, what these wait for,
 * what comes out and which of them the epoch has touched.
 */
final class FoldKeys {
  final TransformWithStatePlan plan;
  final FoldTimers timers;
  final FoldSlots states;
  final FoldOutput output;
  final TouchedSlots touched = new TouchedSlots();
  private long watermarkMillis;

  FoldKeys(TransformWithStatePlan plan) {
    this.plan = plan;
    this.timers = new FoldTimers(plan);
    this.states = new FoldSlots(plan, timers);
    this.output = new FoldOutput(plan.node.schema(), plan.origin);
  }

  /** Forgets what the epoch before touched. */
  void begin(Epoch epoch) {
    touched.clear();
    output.clear();
    watermarkMillis = WatermarkFlow.into(plan.node, epoch.watermarkMillis());
    timers.begin(epoch, watermarkMillis);
  }

  /** That of the epoch, as it arrives here. */
  long watermarkMillis() {
    return watermarkMillis;
  }

  void touch(int[] slots) {
    touched.touch(slots, slots.length, states.table.slots());
  }

  /** What expressions see of keys, their states and these rows. */
  Batch seen(int[] slots, FoldStates held, List<Column> rows) {
    return plan.rows.ofRows(
        states.table.keys(slots, 0, slots.length), held, rows, slots.length, watermarkMillis);
  }

  /** Lets keys wait until the time that the expression gives; one without a state does not. */
  void await(int[] slots, Expression at, Batch seen, EvaluationContext context) {
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

  /** Takes the states of those keys that are gone. */
  void dropStates(int[] slots, boolean[] gone) {
    for (int i = 0; i < slots.length; i++) {
      if (gone[i]) {
        states.known.clear(slots[i]);
      }
    }
  }

  /** The same, of states that are not kept yet. */
  static void remove(FoldStates held, boolean[] gone) {
    for (int i = 0; i < gone.length; i++) {
      if (gone[i]) {
        held.remove(i);
      }
    }
  }
}
