package dev.sluice.operators.function.aggregate;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Validity;
import java.util.Arrays;
import java.util.List;

/**
 * The sum of floating numbers, or the mean of any numbers but decimals, added in the order of rows.
 * State: sum and count.
 */
final class DoubleSum extends SlotAccumulator {
  static final List<DataType> STATE = List.of(AtomicType.DOUBLE, AtomicType.BIGINT);

  private final boolean mean;
  private double[] sums = new double[0];
  private long[] counts = new long[0];

  DoubleSum(boolean mean) {
    this.mean = mean;
  }

  @Override
  void resize(int slots) {
    sums = Arrays.copyOf(sums, slots);
    counts = Arrays.copyOf(counts, slots);
  }

  @Override
  public void add(int[] slots, List<Column> arguments, int rows) {
    Column column = arguments.get(0);
    double[] values = Numbers.doubles(column, rows);
    Validity valid = Numbers.validity(column);
    if (valid == Validity.ALL) {
      for (int i = 0; i < rows; i++) {
        int slot = slots[i];
        sums[slot] += values[i];
        counts[slot]++;
      }
      return;
    }
    for (int i = 0; i < rows; i++) {
      if (valid.isValid(i)) {
        int slot = slots[i];
        sums[slot] += values[i];
        counts[slot]++;
      }
    }
  }

  @Override
  public void merge(int[] slots, List<Column> state, int rows) {
    double[] values = ((DoubleColumn) state.get(0).flatten()).values();
    long[] more = ((LongColumn) state.get(1).flatten()).values();
    for (int i = 0; i < rows; i++) {
      sums[slots[i]] += values[i];
      counts[slots[i]] += more[i];
    }
  }

  @Override
  public List<Column> state(int[] slots, int count) {
    return List.of(
        Numbers.doubleColumn(sums, slots, count), Numbers.longColumn(counts, slots, count));
  }

  @Override
  public Column result(int[] slots, int count) {
    double[] picked = new double[count];
    boolean[] nulls = new boolean[count];
    for (int i = 0; i < count; i++) {
      int slot = slots[i];
      nulls[i] = counts[slot] == 0;
      picked[i] = mean ? sums[slot] / counts[slot] : sums[slot];
    }
    return new DoubleColumn(AtomicType.DOUBLE, picked, Validity.ofNulls(nulls, count), count);
  }

  @Override
  public void clear(int[] slots, int count) {
    for (int i = 0; i < count; i++) {
      sums[slots[i]] = 0;
      counts[slots[i]] = 0;
    }
  }

  @Override
  public long memoryBytes() {
    return sums.length * 16L;
  }
}
