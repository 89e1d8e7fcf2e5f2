package dev.sluice.operators.function.aggregate;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Validity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.List;

/**
 * The sum of integers as bigint, or the sum or the mean of intervals of one kind. The state is the
 * sum (null if there is none, or if it overflowed), whether the group is empty, and for a mean the
 * number of values.
 */
final class LongSum extends SlotAccumulator {
  private static final byte EMPTY = 0;
  private static final byte FILLED = 1;
  private static final byte OVERFLOWN = 2;

  private final DataType sumType;
  private final DataType type;
  private final boolean mean;
  private final OnOverflow onOverflow;
  private long[] sums = new long[0];
  private long[] counts = new long[0];
  private byte[] filled = new byte[0];

  /** {@code sumType} limits the sum: months in an int, the rest in a long. */
  LongSum(DataType sumType, DataType type, boolean mean, OnOverflow onOverflow) {
    this.sumType = sumType;
    this.type = type;
    this.mean = mean;
    this.onOverflow = onOverflow;
  }

  static List<DataType> stateTypes(DataType sumType, boolean mean) {
    return mean
        ? List.of(sumType, AtomicType.BOOLEAN, AtomicType.BIGINT)
        : List.of(sumType, AtomicType.BOOLEAN);
  }

  @Override
  void resize(int slots) {
    sums = Arrays.copyOf(sums, slots);
    filled = Arrays.copyOf(filled, slots);
    if (mean) {
      counts = Arrays.copyOf(counts, slots);
    }
  }

  @Override
  public void add(int[] slots, List<Column> arguments, int rows) {
    Column column = arguments.get(0);
    long[] values = Numbers.longs(column, rows);
    Validity valid = Numbers.validity(column);
    for (int i = 0; i < rows; i++) {
      if (valid.isValid(i)) {
        add(slots[i], values[i], i);
        if (mean) {
          counts[slots[i]]++;
        }
      }
    }
  }

  private void add(int slot, long value, int row) {
    long old = sums[slot];
    long sum = old + value;
    sums[slot] = sum;
    if (((old ^ sum) & (value ^ sum)) < 0
        || (sum != (int) sum && sumType.physical() == DataType.Physical.INT)) {
      overflow(slot, row);
    } else if (filled[slot] == EMPTY) {
      filled[slot] = FILLED;
    }
  }

  private void overflow(int slot, int row) {
    switch (onOverflow) {
      case FAIL ->
          throw OnOverflow.overflow(
              sumType == AtomicType.BIGINT ? "long" : "interval",
              mean ? "try_avg" : "try_sum",
              row);
      case NULL -> filled[slot] = OVERFLOWN;
      case WRAP -> filled[slot] = FILLED;
    }
  }

  @Override
  public void merge(int[] slots, List<Column> state, int rows) {
    Column column = state.get(0).flatten();
    long[] values = Numbers.longs(column, rows);
    boolean[] empty = ((BooleanColumn) state.get(1).flatten()).values();
    for (int i = 0; i < rows; i++) {
      if (!empty[i]) {
        if (column.isNull(i)) {
          overflow(slots[i], i);
        } else {
          add(slots[i], values[i], i);
        }
        if (mean) {
          counts[slots[i]] += ((LongColumn) state.get(2).flatten()).get(i);
        }
      }
    }
  }

  @Override
  public List<Column> state(int[] slots, int count) {
    boolean[] empty = new boolean[count];
    for (int i = 0; i < count; i++) {
      empty[i] = filled[slots[i]] == EMPTY;
    }
    Column sum = column(sumType, slots, count, false);
    Column none = new BooleanColumn(AtomicType.BOOLEAN, empty, Validity.ALL, count);
    return mean ? List.of(sum, none, Numbers.longColumn(counts, slots, count)) : List.of(sum, none);
  }

  @Override
  public Column result(int[] slots, int count) {
    return column(type, slots, count, mean);
  }

  private Column column(DataType as, int[] slots, int count, boolean divide) {
    long[] picked = new long[count];
    boolean[] nulls = new boolean[count];
    for (int i = 0; i < count; i++) {
      int slot = slots[i];
      nulls[i] = filled[slot] != FILLED;
      picked[i] = divide && !nulls[i] ? divided(sums[slot], counts[slot]) : sums[slot];
    }
    Validity valid = Validity.ofNulls(nulls, count);
    if (as.physical() == DataType.Physical.LONG) {
      return new LongColumn(as, picked, valid, count);
    }
    int[] narrow = new int[count];
    for (int i = 0; i < count; i++) {
      narrow[i] = (int) picked[i];
    }
    return new IntColumn(as, narrow, valid, count);
  }

  private static long divided(long sum, long count) {
    return BigDecimal.valueOf(sum)
        .divide(BigDecimal.valueOf(count), 0, RoundingMode.HALF_UP)
        .longValue();
  }

  @Override
  public void clear(int[] slots, int count) {
    for (int i = 0; i < count; i++) {
      sums[slots[i]] = 0;
      filled[slots[i]] = EMPTY;
      if (mean) {
        counts[slots[i]] = 0;
      }
    }
  }

  @Override
  public long memoryBytes() {
    return sums.length * (mean ? 17L : 9L);
  }
}
