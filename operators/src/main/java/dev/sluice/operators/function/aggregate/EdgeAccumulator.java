package dev.sluice.operators.function.aggregate;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.Validity;
import java.util.Arrays;
import java.util.List;

/**
 * {@code first} and {@code last}, nulls counting or not. State: the value, and whether there was
 * one.
 */
final class EdgeAccumulator extends SlotAccumulator {
  private final ValueSlots values;
  private final boolean last;
  private final boolean ignoreNulls;
  private boolean[] seen = new boolean[0];

  EdgeAccumulator(DataType type, boolean last, boolean ignoreNulls) {
    this.values = ValueSlots.of(type);
    this.last = last;
    this.ignoreNulls = ignoreNulls;
  }

  @Override
  void resize(int slots) {
    values.resize(slots);
    seen = Arrays.copyOf(seen, slots);
  }

  @Override
  public void add(int[] slots, List<Column> arguments, int rows) {
    FlatColumn column = arguments.get(0).flatten();
    for (int i = 0; i < rows; i++) {
      if (!(ignoreNulls && column.isNull(i))) {
        take(slots[i], column, i);
      }
    }
  }

  private void take(int slot, FlatColumn column, int row) {
    if (last || !seen[slot]) {
      values.set(slot, column, row);
      seen[slot] = true;
    }
  }

  @Override
  public void merge(int[] slots, List<Column> state, int rows) {
    FlatColumn column = state.get(0).flatten();
    boolean[] there = ((BooleanColumn) state.get(1).flatten()).values();
    for (int i = 0; i < rows; i++) {
      if (there[i]) {
        take(slots[i], column, i);
      }
    }
  }

  @Override
  public List<Column> state(int[] slots, int count) {
    boolean[] there = new boolean[count];
    for (int i = 0; i < count; i++) {
      there[i] = seen[slots[i]];
    }
    return List.of(
        values.column(slots, count),
        new BooleanColumn(AtomicType.BOOLEAN, there, Validity.ALL, count));
  }

  @Override
  public Column result(int[] slots, int count) {
    return values.column(slots, count);
  }

  @Override
  public void clear(int[] slots, int count) {
    for (int i = 0; i < count; i++) {
      values.clear(slots[i]);
      seen[slots[i]] = false;
    }
  }

  @Override
  public long memoryBytes() {
    return values.memoryBytes() + seen.length;
  }
}
