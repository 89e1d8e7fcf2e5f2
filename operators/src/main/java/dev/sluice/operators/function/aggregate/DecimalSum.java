package dev.sluice.operators.function.aggregate;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Decimal128Builder;
import dev.sluice.operators.data.Decimal128Column;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.LongBuilder;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Validity;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.List;

/**
 * The sum or the mean of decimals, added as 128-bit integers. State: the sum as decimal(38, scale),
 * null if it overflowed, and the count of values.
 */
final class DecimalSum extends SlotAccumulator {
  // 10^38, the first number that no decimal holds.
  private static final long LIMIT_HIGH = 0x4B3B4CA85A86C47AL;
  private static final long LIMIT_LOW = 0x098A224000000000L;
  // Spark divides with one digit more than the largest scale, then rounds once more to the result.
  private static final int QUOTIENT_SCALE = 39;

  private final int scale;
  private final DecimalType type;
  private final boolean mean;
  private final OnOverflow onOverflow;
  private long[] high = new long[0];
  private long[] low = new long[0];
  private long[] counts = new long[0];
  private boolean[] overflown = new boolean[0];

  DecimalSum(int scale, DecimalType type, boolean mean, OnOverflow onOverflow) {
    this.scale = scale;
    this.type = type;
    this.mean = mean;
    this.onOverflow = onOverflow;
  }

  static List<DataType> stateTypes(int scale) {
    return List.of(new DecimalType(DecimalType.MAX_PRECISION, scale), AtomicType.BIGINT);
  }

  @Override
  void resize(int slots) {
    high = Arrays.copyOf(high, slots);
    low = Arrays.copyOf(low, slots);
    counts = Arrays.copyOf(counts, slots);
    overflown = Arrays.copyOf(overflown, slots);
  }

  @Override
  public void add(int[] slots, List<Column> arguments, int rows) {
    FlatColumn column = arguments.get(0).flatten();
    Validity valid = column.validity();
    if (column instanceof LongColumn longs) {
      long[] values = longs.values();
      for (int i = 0; i < rows; i++) {
        if (valid.isValid(i)) {
          int slot = slots[i];
          long sum = low[slot] + values[i];
          // The sum of a carry and a sign: no check, as 10^19 rows would be needed to overflow.
          high[slot] += (values[i] >> 63) + (Long.compareUnsigned(sum, low[slot]) < 0 ? 1 : 0);
          low[slot] = sum;
          counts[slot]++;
        }
      }
      return;
    }
    Decimal128Column wide = (Decimal128Column) column;
    for (int i = 0; i < rows; i++) {
      if (valid.isValid(i)) {
        add(slots[i], wide.high()[i], wide.low()[i]);
        counts[slots[i]]++;
      }
    }
  }

  private void add(int slot, long valueHigh, long valueLow) {
    long oldHigh = high[slot];
    long sumLow = low[slot] + valueLow;
    long sumHigh = oldHigh + valueHigh + (Long.compareUnsigned(sumLow, valueLow) < 0 ? 1 : 0);
    high[slot] = sumHigh;
    low[slot] = sumLow;
    if (((oldHigh ^ sumHigh) & (valueHigh ^ sumHigh)) < 0 || beyond(sumHigh, sumLow)) {
      overflown[slot] = true;
    }
  }

  private static boolean beyond(long h, long l) {
    if (h < 0) {
      // The magnitude: two's complement of both halves.
      l = -l;
      h = ~h + (l == 0 ? 1 : 0);
    }
    return h > LIMIT_HIGH || h < 0 || (h == LIMIT_HIGH && Long.compareUnsigned(l, LIMIT_LOW) >= 0);
  }

  @Override
  public void merge(int[] slots, List<Column> state, int rows) {
    Decimal128Column sums = (Decimal128Column) state.get(0).flatten();
    long[] more = ((LongColumn) state.get(1).flatten()).values();
    for (int i = 0; i < rows; i++) {
      if (sums.isNull(i)) {
        overflown[slots[i]] |= more[i] > 0;
      } else {
        add(slots[i], sums.high()[i], sums.low()[i]);
      }
      counts[slots[i]] += more[i];
    }
  }

  @Override
  public List<Column> state(int[] slots, int count) {
    long[] pickedHigh = new long[count];
    long[] pickedLow = new long[count];
    boolean[] nulls = new boolean[count];
    for (int i = 0; i < count; i++) {
      pickedHigh[i] = high[slots[i]];
      pickedLow[i] = low[slots[i]];
      nulls[i] = overflown[slots[i]];
    }
    DecimalType sum = new DecimalType(DecimalType.MAX_PRECISION, scale);
    return List.of(
        new Decimal128Column(sum, pickedHigh, pickedLow, Validity.ofNulls(nulls, count), count),
        Numbers.longColumn(counts, slots, count));
  }

  @Override
  public Column result(int[] slots, int count) {
    ColumnBuilder out = ColumnBuilder.of(type, count);
    for (int i = 0; i < count; i++) {
      int slot = slots[i];
      if (counts[slot] == 0) {
        out.appendNull();
        continue;
      }
      if (!mean && type.physical() == DataType.Physical.LONG) {
        ((LongBuilder) out).append(low[slot]);
        continue;
      }
      BigInteger value = Decimal128Column.toBigInteger(high[slot], low[slot]);
      if (mean) {
        value =
            new BigDecimal(value, scale)
                .divide(BigDecimal.valueOf(counts[slot]), QUOTIENT_SCALE, RoundingMode.HALF_UP)
                .setScale(type.scale(), RoundingMode.HALF_UP)
                .unscaledValue();
      }
      append(out, value, overflown[slot], i);
    }
    return out.build();
  }

  private void append(ColumnBuilder out, BigInteger value, boolean lost, int row) {
    if (lost || value.abs().compareTo(BigInteger.TEN.pow(type.precision())) >= 0) {
      if (onOverflow == OnOverflow.FAIL) {
        throw OnOverflow.overflow("decimal", mean ? "try_avg" : "try_sum", row);
      }
      out.appendNull();
    } else if (out instanceof LongBuilder longs) {
      longs.append(value.longValue());
    } else {
      ((Decimal128Builder) out).append(value);
    }
  }

  @Override
  public void clear(int[] slots, int count) {
    for (int i = 0; i < count; i++) {
      high[slots[i]] = 0;
      low[slots[i]] = 0;
      counts[slots[i]] = 0;
      overflown[slots[i]] = false;
    }
  }

  @Override
  public long memoryBytes() {
    return high.length * 25L;
  }
}
