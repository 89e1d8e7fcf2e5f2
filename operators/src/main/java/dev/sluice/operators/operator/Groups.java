package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.keyed.GroupTable;
import dev.sluice.operators.keyed.KeyBatch;
import dev.sluice.operators.keyed.KeyCodec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The groups of one aggregation in one place: a table of keys and an accumulator each. */
final class Groups {
  private final AggregatePlan plan;
  final GroupTable table;
  private final Accumulators accumulators;
  private int[] slots = new int[0];

  Groups(AggregatePlan plan) {
    this.plan = plan;
    this.table = new GroupTable(new KeyCodec(plan.keyTypes));
    this.accumulators = new Accumulators(plan);
  }

  /**
   * The slots of these keys, new ones for new keys. Valid until the next call.
   *
   * @param rows which rows of the keys, or null for the first {@code count}
   */
  int[] slots(KeyBatch keys, int @Nullable [] rows, int count) {
    if (slots.length < count) {
      slots = new int[count];
    }
    table.findOrAdd(keys, rows, count, slots);
    grow();
    return slots;
  }

  /** Makes room for the values of new keys. */
  void grow() {
    accumulators.grow(table.slots());
  }

  /** Forgets all groups, not the memory they took. */
  void clear() {
    int[] all = table.liveSlots();
    clear(all, all.length);
    table.clear();
  }

  /** Adds row {@code i} of the input to the group {@code into[i]}. */
  void add(Batch input, int[] into, EvaluationContext context) {
    accumulators.add(input, into, context);
  }

  /** Merges row {@code i} of a state, as {@link #state} gave it, into the group {@code into[i]}. */
  void merge(int[] into, List<Column> state, int rows) {
    accumulators.merge(into, state, rows);
  }

  /** The intermediate state of {@code wanted[from..to)}. */
  List<Column> state(int[] wanted, int from, int to) {
    return accumulators.state(wanted, from, to);
  }

  /** The rows of the result for {@code wanted[from..to)}: keys, then aggregations. */
  Batch result(int[] wanted, int from, int to) {
    List<Column> columns = new ArrayList<>(table.keys(wanted, from, to));
    columns.addAll(accumulators.result(wanted, from, to));
    return new Batch(plan.schema, columns, to - from);
  }

  /** Makes the groups empty, their keys stay. */
  void clear(int[] wanted, int count) {
    accumulators.clear(wanted, count);
  }

  void remove(int[] wanted, int count) {
    clear(wanted, count);
    table.remove(wanted, count);
  }

  long memoryBytes() {
    return table.memoryBytes() + accumulators.memoryBytes();
  }
}
