package dev.sluice.operators.function.aggregate;

import dev.sluice.operators.data.ArrayBuilder;
import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DoubleBuilder;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.IntBuilder;
import dev.sluice.operators.data.LongBuilder;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.ValueOrder;
import dev.sluice.operators.expression.EvaluationException;
import java.util.ArrayList;
import java.util.List;

/**
 * Exact percentiles: keeps every value with its frequency and sorts at the end. State: the values,
 * and their frequencies in the same order.
 */
final class PercentileAccumulator extends SlotAccumulator {
  /** How a percentile that falls between two values is made. */
  enum Kind {
    /** Between them, in proportion. */
    CONTINUOUS,
    /** The first value whose cumulative distribution reaches it. */
    DISCRETE,
    /** The same, counted from the largest value. */
    DISCRETE_DESCENDING,
    /** The value of that rank, as it is: what {@code percentile_approx} approximates. */
    RANK
  }

  private final DataType type;
  private final Kind kind;
  private final double[] fractions;
  private final boolean many;
  private final DataType single;
  private final ValueOrder order;
  private ElementStore values;
  private ElementStore frequencies;

  /**
   * @param single the type of one percentile
   * @param many whether an array of percentiles is asked for
   */
  PercentileAccumulator(
      DataType type, DataType single, Kind kind, double[] fractions, boolean many) {
    this.type = type;
    this.single = single;
    this.kind = kind;
    this.fractions = fractions.clone();
    this.many = many;
    this.order = ValueOrder.of(type);
    this.values = new ElementStore(type);
    this.frequencies = new ElementStore(AtomicType.BIGINT);
  }

  static List<DataType> stateTypes(DataType type) {
    return List.of(new ArrayType(type, false), new ArrayType(AtomicType.BIGINT, false));
  }

  @Override
  void resize(int slots) {
    values.resize(slots);
    frequencies.resize(slots);
  }

  @Override
  public void add(int[] slots, List<Column> arguments, int rows) {
    FlatColumn column = arguments.get(0).flatten();
    FlatColumn weights = arguments.get(1).flatten();
    for (int i = 0; i < rows; i++) {
      if (column.isNull(i) || weights.isNull(i)) {
        continue;
      }
      long weight = ((LongColumn) weights).get(i);
      if (weight < 0) {
        throw new EvaluationException(
            "INVALID_PARAMETER_VALUE",
            "a frequency must not be negative, and this one is " + weight,
            i);
      }
      if (weight > 0) {
        values.add(slots[i], column, i);
        frequencies.add(slots[i], weights, i);
      }
    }
  }

  @Override
  public void merge(int[] slots, List<Column> state, int rows) {
    ArrayColumn others = (ArrayColumn) state.get(0).flatten();
    ArrayColumn weights = (ArrayColumn) state.get(1).flatten();
    for (int i = 0; i < rows; i++) {
      for (int k = 0; k < others.lengths()[i]; k++) {
        values.add(slots[i], others.elements(), others.starts()[i] + k);
        frequencies.add(slots[i], weights.elements(), weights.starts()[i] + k);
      }
    }
  }

  @Override
  public List<Column> state(int[] slots, int count) {
    return List.of(
        arrays(values, type, slots, count), arrays(frequencies, AtomicType.BIGINT, slots, count));
  }

  private static Column arrays(ElementStore store, DataType type, int[] slots, int count) {
    store.seal();
    ArrayBuilder arrays = (ArrayBuilder) ColumnBuilder.of(new ArrayType(type, false), count);
    for (int i = 0; i < count; i++) {
      for (int e = store.head(slots[i]); e >= 0; e = store.next(e)) {
        store.appendTo(arrays.elements(), e);
      }
      arrays.endArray();
    }
    return arrays.build();
  }

  @Override
  public Column result(int[] slots, int count) {
    values.seal();
    frequencies.seal();
    ColumnBuilder out = ColumnBuilder.of(many ? new ArrayType(single, false) : single, count);
    for (int i = 0; i < count; i++) {
      if (values.count(slots[i]) == 0) {
        out.appendNull();
      } else if (out instanceof ArrayBuilder arrays && many) {
        Sorted sorted = sorted(slots[i]);
        for (double fraction : fractions) {
          append(arrays.elements(), sorted, fraction);
        }
        arrays.endArray();
      } else {
        append(out, sorted(slots[i]), fractions[0]);
      }
    }
    return out.build();
  }

  /** Elements in order, and how many values there are up to each. */
  private record Sorted(List<Integer> elements, long[] cumulative) {
    long total() {
      return cumulative[cumulative.length - 1];
    }

    /** The element at a position, counting frequencies, from 0. */
    int at(long position) {
      int low = 0;
      int high = cumulative.length - 1;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (cumulative[middle] > position) {
          high = middle;
        } else {
          low = middle + 1;
        }
      }
      return elements.get(low);
    }
  }

  private Sorted sorted(int slot) {
    List<Integer> elements = new ArrayList<>(values.count(slot));
    // Values and their frequencies were added together: they have the same numbers.
    for (int e = values.head(slot); e >= 0; e = values.next(e)) {
      elements.add(e);
    }
    elements.sort(
        (a, b) -> order.compare(values.column(a), values.row(a), values.column(b), values.row(b)));
    long[] cumulative = new long[elements.size()];
    long sum = 0;
    for (int i = 0; i < cumulative.length; i++) {
      int e = elements.get(i);
      sum += ((LongColumn) frequencies.column(e)).get(frequencies.row(e));
      cumulative[i] = sum;
    }
    return new Sorted(elements, cumulative);
  }

  private void append(ColumnBuilder out, Sorted sorted, double fraction) {
    long total = sorted.total();
    if (kind == Kind.RANK) {
      long rank = Math.max(1, (long) Math.ceil(fraction * total));
      values.appendTo(out, sorted.at(rank - 1));
      return;
    }
    double position = fraction * (total - 1);
    if (kind == Kind.DISCRETE_DESCENDING) {
      long rank = Math.max(0, (long) Math.ceil(fraction * total) - 1);
      number(out, number(sorted.at(total - 1 - rank)));
      return;
    }
    if (kind == Kind.DISCRETE) {
      long rank = Math.max(0, (long) Math.ceil(fraction * total) - 1);
      number(out, number(sorted.at(rank)));
      return;
    }
    long lower = (long) Math.floor(position);
    long higher = (long) Math.ceil(position);
    double low = number(sorted.at(lower));
    if (lower == higher) {
      number(out, low);
      return;
    }
    double high = number(sorted.at(higher));
    number(out, low == high ? low : (higher - position) * low + (position - lower) * high);
  }

  private double number(int element) {
    return Numbers.doubles(values.column(element), values.column(element).size())[
        values.row(element)];
  }

  private static void number(ColumnBuilder out, double value) {
    if (out instanceof DoubleBuilder doubles) {
      doubles.append(value);
    } else if (out instanceof IntBuilder ints) {
      ints.append((int) value);
    } else {
      ((LongBuilder) out).append((long) value);
    }
  }

  @Override
  public void clear(int[] slots, int count) {
    for (int i = 0; i < count; i++) {
      values.clear(slots[i]);
      frequencies.clear(slots[i]);
    }
    if (values.wasteful()) {
      values = values.compacted();
      frequencies = frequencies.compacted();
    }
  }

  @Override
  public long memoryBytes() {
    return values.memoryBytes() + frequencies.memoryBytes();
  }
}
