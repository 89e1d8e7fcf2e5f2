package dev.sluice.operators.function.aggregate;

import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.FlatColumn;
import java.util.List;

/**
 * {@code min} and {@code max}; with two arguments {@code min_by} and {@code max_by}: the value that
 * stands beside the least or largest, of equal ones the last. The state is the arguments
 * themselves.
 */
final class ExtremeAccumulator extends SlotAccumulator {
  private final ValueSlots extremes;
  private final ValueSlots values;
  private final boolean by;
  private final int sign;

  /**
   * {@code value} is the type of what is given; {@code by} says that another argument orders it.
   */
  ExtremeAccumulator(DataType value, DataType ordered, boolean by, boolean largest) {
    this.extremes = ValueSlots.of(ordered);
    this.values = by ? ValueSlots.of(value) : extremes;
    this.by = by;
    this.sign = largest ? -1 : 1;
  }

  @Override
  void resize(int slots) {
    extremes.resize(slots);
    if (by) {
      values.resize(slots);
    }
  }

  @Override
  public void add(int[] slots, List<Column> arguments, int rows) {
    FlatColumn ordered = arguments.get(by ? 1 : 0).flatten();
    FlatColumn value = arguments.get(0).flatten();
    for (int i = 0; i < rows; i++) {
      if (ordered.isNull(i)) {
        continue;
      }
      int slot = slots[i];
      int order = extremes.isNull(slot) ? 1 : sign * extremes.compare(slot, ordered, i);
      if (order > 0 || (by && order == 0)) {
        extremes.set(slot, ordered, i);
        if (by) {
          values.set(slot, value, i);
        }
      }
    }
  }

  @Override
  public void merge(int[] slots, List<Column> state, int rows) {
    add(slots, state, rows);
  }

  @Override
  public List<Column> state(int[] slots, int count) {
    return by
        ? List.of(values.column(slots, count), extremes.column(slots, count))
        : List.of(extremes.column(slots, count));
  }

  @Override
  public Column result(int[] slots, int count) {
    return values.column(slots, count);
  }

  @Override
  public void clear(int[] slots, int count) {
    for (int i = 0; i < count; i++) {
      extremes.clear(slots[i]);
      if (by) {
        values.clear(slots[i]);
      }
    }
  }

  @Override
  public long memoryBytes() {
    return extremes.memoryBytes() + (by ? values.memoryBytes() : 0);
  }
}
