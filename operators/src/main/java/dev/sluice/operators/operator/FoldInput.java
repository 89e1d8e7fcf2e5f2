package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.plan.StateProgram;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/** What rows do to the states of their keys, in the order of the input. */
final class FoldInput {
  private final FoldKeys keys;
  private final TransformWithStatePlan plan;
  private final StateProgram program;
  private final FoldSlots states;
  private final FoldTimers timers;
  private final FoldOutput output;
  private final FoldRounds rounds = new FoldRounds();
  private final SlotColumn[] lastRow;
  // The slots whose key has a row in this epoch; only if states begin with rows of a states.table.
  private final BitSet withRow = new BitSet();

  FoldInput(FoldKeys keys) {
    this.keys = keys;
    this.plan = keys.plan;
    this.program = plan.program;
    this.states = keys.states;
    this.timers = keys.timers;
    this.output = keys.output;
    this.lastRow = new SlotColumn[plan.keepsLastRow ? plan.input.visible().size() : 0];
  }

  /** Forgets the rows of the epoch before. */
  void begin() {
    withRow.clear();
    if (plan.keepsLastRow) {
      BitSet read = plan.rows.read;
      for (int i = read.nextSetBit(0); i >= 0; i = read.nextSetBit(i + 1)) {
        lastRow[i] = SlotColumn.of(plan.input.field(i).type());
      }
    }
  }

  /** The slots are going to be given to other keys. */
  void forgetKeys() {
    withRow.clear();
  }

  /** Takes rows whose keys are there, in the order of the input. */
  void fold(Batch rows, EvaluationContext context, Emitter out) {
    List<Column> keyColumns = plan.keys.evaluate(rows, context);
    int[] slots = rounds(keyColumns, rows.rows());
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
              FoldColumns.select(keyColumns, at, size),
              held,
              rowsNow,
              size,
              keys.watermarkMillis());
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
        FoldKeys.remove(held, plan.isTrue(program.removal().get().when(), seen, context));
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
  void foldInitial(Batch rows, EvaluationContext context) {
    StateProgram.Initial initial = program.initial().orElseThrow();
    FoldScope scope = plan.initialRows.orElseThrow();
    List<Column> keyColumns = plan.initialKeys.evaluate(rows, context);
    int[] slots = rounds(keyColumns, rows.rows());
    FoldStates held = states.load(slots);
    List<Column> rowColumns = scope.rowColumns(rows);
    for (int round = 0; round < rounds.rounds(); round++) {
      int size = rounds.size(round);
      int[] at = rounds.rows(round);
      List<Column> keysNow = FoldColumns.select(keyColumns, at, size);
      Batch without =
          plan.rows.ofRows(keysNow, held, plan.rows.noRows(size), size, keys.watermarkMillis());
      boolean begun = held.begin(without, timers.nowMicros(), context);
      Batch seen =
          scope.ofRows(
              keysNow,
              held,
              FoldColumns.select(rowColumns, at, size),
              size,
              keys.watermarkMillis());
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
  private int[] rounds(List<Column> keyColumns, int count) {
    int[] slotOf = states.slots(keyColumns, count);
    rounds.of(slotOf, count, states.table.slots());
    keys.touch(rounds.came);
    return rounds.slots;
  }

  private void keepRows(int[] slots, int from, int to, List<Column> rows) {
    for (int c = 0; from < to && c < lastRow.length; c++) {
      if (plan.rows.read.get(c)) {
        lastRow[c].put(slots, from, to, rows.get(c));
      }
    }
  }

  /** All rows of these keys have been folded: what is done once a key and batch. */
  void end(int[] slots, EvaluationContext context, Emitter out) {
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
      Batch seen = keys.seen(none, states.load(none), plan.rows.noRows(none.length));
      keys.await(none, program.timeout().get().at(), seen, context);
    }
  }

  private void endRows(int[] with, List<Column> rows, EvaluationContext context, Emitter out) {
    Batch seen = keys.seen(with, states.load(with), rows);
    output.emit(program.emissions(), StateProgram.Each.BATCH, seen, context, out);
    program
        .removal()
        .filter(removal -> removal.each() == StateProgram.Each.BATCH)
        .ifPresent(removal -> keys.dropStates(with, plan.isTrue(removal.when(), seen, context)));
    if (plan.timesOut()) {
      keys.await(with, program.timeout().get().at(), seen, context);
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
}
