package dev.sluice.operators.function.aggregate;

import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Validity;
import java.util.Arrays;
import java.util.List;

/**
 * And, or, exclusive or of the bits of integers, or of booleans; null if no value came. The state
 * is the result.
 */
final class BitAccumulator extends SlotAccumulator {
  enum Operation {
    AND,
    OR,
    XOR
  }

  private final DataType type;
  private final Operation operation;
  private long[] values = new long[0];
  private boolean[] filled = new boolean[0];

  BitAccumulator(DataType type, Operation operation) {
    this.type = type;
    this.operation = operation;
  }

  @Override
  void resize(int slots) {
    values = Arrays.copyOf(values, slots);
    filled = Arrays.copyOf(filled, slots);
  }

  @Override
  public void add(int[] slots, List<Column> arguments, int rows) {
    Column column = arguments.get(0);
    long[] more = Numbers.longs(column, rows);
    Validity valid = Numbers.validity(column);
    for (int i = 0; i < rows; i++) {
      if (valid.isNull(i)) {
        continue;
      }
      int slot = slots[i];
      if (!filled[slot]) {
        filled[slot] = true;
        values[slot] = more[i];
      } else {
        values[slot] =
            switch (operation) {
              case AND -> values[slot] & more[i];
              case OR -> values[slot] | more[i];
              case XOR -> values[slot] ^ more[i];
            };
      }
    }
  }

  @Override
  public void merge(int[] slots, List<Column> state, int rows) {
    add(slots, state, rows);
  }

  @Override
  public List<Column> state(int[] slots, int count) {
    return List.of(result(slots, count));
  }

  @Override
  public Column result(int[] slots, int count) {
    long[] picked = new long[count];
    boolean[] nulls = new boolean[count];
    for (int i = 0; i < count; i++) {
      picked[i] = values[slots[i]];
      nulls[i] = !filled[slots[i]];
    }
    Validity valid = Validity.ofNulls(nulls, count);
    switch (type.physical()) {
      case LONG -> {
        return new LongColumn(type, picked, valid, count);
      }
      case INT -> {
        int[] narrow = new int[count];
        for (int i = 0; i < count; i++) {
          narrow[i] = (int) picked[i];
        }
        return new IntColumn(type, narrow, valid, count);
      }
      default -> {
        boolean[] truths = new boolean[count];
        for (int i = 0; i < count; i++) {
          truths[i] = picked[i] != 0;
        }
        return new BooleanColumn(type, truths, valid, count);
      }
    }
  }

  @Override
  public void clear(int[] slots, int count) {
    for (int i = 0; i < count; i++) {
      values[slots[i]] = 0;
      filled[slots[i]] = false;
    }
  }

  @Override
  public long memoryBytes() {
    return values.length * 9L;
  }
}
