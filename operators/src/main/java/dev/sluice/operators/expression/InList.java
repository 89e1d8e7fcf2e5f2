package dev.sluice.operators.expression;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.data.ValueOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code IN (...)}: null if nothing equals and a null is about. A list of constants is sorted once
 * and searched.
 */
public final class InList implements Expression {
  private final Expression operand;
  private final List<Expression> list;
  // Sorted constants, when all of the list are: longs for whole numbers and times, slices for
  // strings.
  private final long @Nullable [] numbers;
  private final byte @Nullable [][] texts;
  private final boolean constantNull;

  /** Operand and list have one type. */
  public InList(Expression operand, List<Expression> list) {
    this.operand = CollationKeys.of(operand);
    this.list = list.stream().map(CollationKeys::of).toList();
    List<FlatColumn> constants = constants();
    this.constantNull = constants.stream().anyMatch(c -> c.isNull(0));
    constants.removeIf(c -> c.isNull(0));
    boolean all = this.list.stream().allMatch(InList::isConstant);
    DataType.Physical physical = this.operand.type().physical();
    this.numbers =
        all && (physical == DataType.Physical.INT || physical == DataType.Physical.LONG)
            ? numbers(constants)
            : null;
    this.texts = all && physical == DataType.Physical.BYTES ? texts(constants) : null;
  }

  private static boolean isConstant(Expression e) {
    return e instanceof Literal || e instanceof Folded;
  }

  private List<FlatColumn> constants() {
    List<FlatColumn> constants = new ArrayList<>();
    for (Expression e : list) {
      if (isConstant(e)) {
        Column column = e.evaluate(new Batch(Schema.EMPTY, List.of(), 1), EvaluationContext.NONE);
        constants.add(((ConstantColumn) column).one());
      }
    }
    return constants;
  }

  private static long[] numbers(List<FlatColumn> constants) {
    long[] sorted = new long[constants.size()];
    for (int i = 0; i < sorted.length; i++) {
      sorted[i] =
          constants.get(i) instanceof IntColumn ints
              ? ints.get(0)
              : ((LongColumn) constants.get(i)).get(0);
    }
    Arrays.sort(sorted);
    return sorted;
  }

  private static byte[][] texts(List<FlatColumn> constants) {
    byte[][] sorted = new byte[constants.size()][];
    for (int i = 0; i < sorted.length; i++) {
      sorted[i] = ((BytesColumn) constants.get(i)).bytes(0);
    }
    Arrays.sort(sorted, Arrays::compareUnsigned);
    return sorted;
  }

  @Override
  public DataType type() {
    return AtomicType.BOOLEAN;
  }

  @Override
  public boolean nullable() {
    return operand.nullable() || list.stream().anyMatch(Expression::nullable);
  }

  @Override
  public List<Expression> children() {
    List<Expression> all = new ArrayList<>(List.of(operand));
    all.addAll(list);
    return all;
  }

  @Override
  public Column evaluate(Batch input, EvaluationContext context) {
    int rows = input.rows();
    Column column = operand.evaluate(input, context);
    boolean[] out = new boolean[rows];
    if (numbers == null && texts == null) {
      return compareEach(input, column, out, context);
    }
    Validity validity = Flats.validity(column);
    if (texts != null) {
      BytesColumn values = (BytesColumn) Flats.base(column);
      int mask = Flats.mask(column);
      for (int i = 0; i < rows; i++) {
        out[i] = validity.isValid(i) && contains(values, i & mask, texts);
      }
    } else if (numbers != null) {
      if (operand.type().physical() == DataType.Physical.INT) {
        int[] values = Flats.ints(column);
        for (int i = 0; i < rows; i++) {
          out[i] = contains(numbers, values[i]);
        }
      } else {
        long[] values = Flats.longs(column);
        for (int i = 0; i < rows; i++) {
          out[i] = contains(numbers, values[i]);
        }
      }
    }
    if (constantNull) {
      long[] words = validity.copyWords(rows);
      for (int i = 0; i < rows; i++) {
        if (!out[i]) {
          words[i >> 6] &= ~(1L << i);
        }
      }
      validity = Validity.of(words, rows);
    }
    return new BooleanColumn(AtomicType.BOOLEAN, out, validity, rows);
  }

  private static boolean contains(long[] sorted, long value) {
    if (sorted.length <= 8) {
      for (long each : sorted) {
        if (each == value) {
          return true;
        }
      }
      return false;
    }
    return Arrays.binarySearch(sorted, value) >= 0;
  }

  private static boolean contains(BytesColumn column, int row, byte[][] sorted) {
    int start = column.starts()[row];
    int end = start + column.lengths()[row];
    int low = 0;
    int high = sorted.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order =
          Arrays.compareUnsigned(
              sorted[middle], 0, sorted[middle].length, column.data(), start, end);
      if (order == 0) {
        return true;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return false;
  }

  private Column compareEach(Batch input, Column column, boolean[] out, EvaluationContext context) {
    int rows = out.length;
    ValueOrder order = ValueOrder.of(operand.type());
    FlatColumn values = Flats.base(column);
    int mask = Flats.mask(column);
    boolean[] unknown = new boolean[rows];
    int[] open = new int[rows];
    int count = 0;
    for (int i = 0; i < rows; i++) {
      unknown[i] = values.isNull(i & mask);
      if (!unknown[i]) {
        open[count++] = i;
      }
    }
    for (Expression element : list) {
      if (count == 0) {
        break;
      }
      Column candidates = Lazily.evaluate(element, input, open, count, context);
      FlatColumn flat = Flats.base(candidates);
      int candidateMask = Flats.mask(candidates);
      int left = 0;
      int[] still = new int[count];
      for (int i = 0; i < count; i++) {
        int row = open[i];
        if (flat.isNull(i & candidateMask)) {
          unknown[row] = true;
          still[left++] = row;
        } else if (order.valid(values, row & mask, flat, i & candidateMask) == 0) {
          out[row] = true;
        } else {
          still[left++] = row;
        }
      }
      open = still;
      count = left;
    }
    for (int i = 0; i < rows; i++) {
      unknown[i] &= !out[i];
    }
    return new BooleanColumn(AtomicType.BOOLEAN, out, Validity.ofNulls(unknown, rows), rows);
  }

  @Override
  public String sql() {
    return list.stream()
        .map(Expression::sql)
        .collect(Collectors.joining(", ", "(" + operand.sql() + " IN (", "))"));
  }
}
