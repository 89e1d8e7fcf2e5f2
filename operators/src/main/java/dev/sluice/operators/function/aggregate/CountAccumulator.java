package dev.sluice.operators.function.aggregate;

import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Validity;
import java.util.Arrays;
import java.util.List;

/** Counts rows whose arguments are all not null, and for {@code count_if} true. */
final class CountAccumulator extends SlotAccumulator {
  private final boolean onlyTrue;
  private long[] counts = new long[0];

  CountAccumulator(boolean onlyTrue) {
    this.onlyTrue = onlyTrue;
  }

  @Override
  void resize(int slots) {
    counts = Arrays.copyOf(counts, slots);
  }

  @Override
  public void add(int[] slots, List<Column> arguments, int rows) {
    Validity valid = Validity.ALL;
    for (Column argument : arguments) {
      if (!argument.mayHaveNulls()) {
        continue;
      }
      if (argument instanceof ConstantColumn) {
        return;
      }
      valid = valid.and(argument.flatten().validity(), rows);
    }
    if (onlyTrue) {
      boolean[] values = ((BooleanColumn) arguments.get(0).flatten()).values();
      for (int i = 0; i < rows; i++) {
        if (values[i] && valid.isValid(i)) {
          counts[slots[i]]++;
        }
      }
    } else if (valid == Validity.ALL) {
      for (int i = 0; i < rows; i++) {
        counts[slots[i]]++;
      }
    } else {
      for (int i = 0; i < rows; i++) {
        if (valid.isValid(i)) {
          counts[slots[i]]++;
        }
      }
    }
  }

  @Override
  public void merge(int[] slots, List<Column> state, int rows) {
    long[] more = ((LongColumn) state.get(0).flatten()).values();
    for (int i = 0; i < rows; i++) {
      counts[slots[i]] += more[i];
    }
  }

  @Override
  public List<Column> state(int[] slots, int count) {
    return List.of(result(slots, count));
  }

  @Override
  public Column result(int[] slots, int count) {
    return Numbers.longColumn(counts, slots, count);
  }

  @Override
  public void clear(int[] slots, int count) {
    for (int i = 0; i < count; i++) {
      counts[slots[i]] = 0;
    }
  }

  @Override
  public long memoryBytes() {
    return counts.length * 8L;
  }
}
