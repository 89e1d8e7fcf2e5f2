package com.example.sluice;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Accumulator;
import dev.sluice.operators.function.AggregateFunction;
import dev.sluice.operators.function.Aggregation;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import java.util.Arrays;
import java.util.List;

/** {@code product_of(x)}: the product of the values of a group; null for a group without values. */
public final class Product implements AggregateFunction {
  @Override
  public String name() {
    return "product_of";
  }

  @Override
  public FunctionDoc doc() {
    return FunctionDoc.of(
        "agg_funcs",
        "product_of(x)",
        "The product of the values of the group.",
        FunctionDoc.example("product_of(x) FROM VALUES (2), (3), (NULL) AS t(x)", "6.0"));
  }

  @Override
  public Aggregation bind(FunctionCall call) {
    call.requireCount(1, 1);
    Expression argument = call.coerce(0, AtomicType.DOUBLE);
    return new Aggregation() {
      @Override
      public DataType type() {
        return AtomicType.DOUBLE;
      }

      @Override
      public boolean nullable() {
        return true;
      }

      @Override
      public List<Expression> arguments() {
        return List.of(argument);
      }

      @Override
      public List<DataType> stateTypes() {
        return List.of(AtomicType.DOUBLE, AtomicType.BIGINT);
      }

      @Override
      public Accumulator accumulator() {
        return new Products();
      }

      @Override
      public String sql() {
        return "product_of(" + argument.sql() + ")";
      }
    };
  }

  /** The product and the number of values of each group, by its slot. */
  private static final class Products implements Accumulator {
    private double[] products = new double[0];
    private long[] counts = new long[0];

    @Override
    public void grow(int slots) {
      int before = products.length;
      if (slots > before) {
        products = Arrays.copyOf(products, slots);
        counts = Arrays.copyOf(counts, slots);
        Arrays.fill(products, before, slots, 1);
      }
    }

    @Override
    public void add(int[] slots, List<Column> arguments, int rows) {
      DoubleColumn values = (DoubleColumn) arguments.get(0).flatten();
      for (int i = 0; i < rows; i++) {
        if (!values.isNull(i)) {
          products[slots[i]] *= values.get(i);
          counts[slots[i]]++;
        }
      }
    }

    @Override
    public void merge(int[] slots, List<Column> state, int rows) {
      DoubleColumn values = (DoubleColumn) state.get(0).flatten();
      LongColumn more = (LongColumn) state.get(1).flatten();
      for (int i = 0; i < rows; i++) {
        products[slots[i]] *= values.get(i);
        counts[slots[i]] += more.get(i);
      }
    }

    @Override
    public List<Column> state(int[] slots, int count) {
      double[] values = new double[count];
      long[] numbers = new long[count];
      for (int i = 0; i < count; i++) {
        values[i] = products[slots[i]];
        numbers[i] = counts[slots[i]];
      }
      return List.of(
          new DoubleColumn(AtomicType.DOUBLE, values, Validity.ALL, count),
          new LongColumn(AtomicType.BIGINT, numbers, Validity.ALL, count));
    }

    @Override
    public Column result(int[] slots, int count) {
      double[] values = new double[count];
      boolean[] nulls = new boolean[count];
      for (int i = 0; i < count; i++) {
        values[i] = products[slots[i]];
        nulls[i] = counts[slots[i]] == 0;
      }
      return new DoubleColumn(AtomicType.DOUBLE, values, Validity.ofNulls(nulls, count), count);
    }

    @Override
    public void clear(int[] slots, int count) {
      for (int i = 0; i < count; i++) {
        products[slots[i]] = 1;
        counts[slots[i]] = 0;
      }
    }

    @Override
    public long memoryBytes() {
      return products.length * 16L;
    }
  }
}
