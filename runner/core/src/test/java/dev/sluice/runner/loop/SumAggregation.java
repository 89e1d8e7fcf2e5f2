package dev.sluice.runner.loop;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Accumulator;
import dev.sluice.operators.function.Aggregation;
import java.util.Arrays;
import java.util.List;

/** The sum of numbers that are never null. */
record SumAggregation(Expression argument) implements Aggregation {
  @Override
  public DataType type() {
    return AtomicType.BIGINT;
  }

  @Override
  public boolean nullable() {
    return false;
  }

  @Override
  public List<Expression> arguments() {
    return List.of(argument);
  }

  @Override
  public List<DataType> stateTypes() {
    return List.of(AtomicType.BIGINT);
  }

  @Override
  public String sql() {
    return "sum(" + argument.sql() + ")";
  }

  @Override
  public Accumulator accumulator() {
    return new Accumulator() {
      private long[] sums = new long[0];

      @Override
      public void grow(int slots) {
        sums = Arrays.copyOf(sums, slots);
      }

      @Override
      public void add(int[] slots, List<Column> arguments, int rows) {
        LongColumn values = (LongColumn) arguments.get(0).flatten();
        for (int row = 0; row < rows; row++) {
          sums[slots[row]] += values.get(row);
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
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
          values[i] = sums[slots[i]];
        }
        return new LongColumn(AtomicType.BIGINT, values, Validity.ALL, count);
      }

      @Override
      public void clear(int[] slots, int count) {
        for (int i = 0; i < count; i++) {
          sums[slots[i]] = 0;
        }
      }

      @Override
      public long memoryBytes() {
        return 8L * sums.length;
      }
    };
  }
}
