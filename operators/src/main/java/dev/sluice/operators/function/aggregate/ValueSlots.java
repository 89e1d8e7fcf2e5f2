package dev.sluice.operators.function.aggregate;

import dev.sluice.operators.data.BooleanBuilder;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.CollatedType;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.ColumnMemory;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DoubleBuilder;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.FloatBuilder;
import dev.sluice.operators.data.FloatColumn;
import dev.sluice.operators.data.IntBuilder;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongBuilder;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.ValueOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One value of a type for each slot, or null: numbers and texts in arrays, nested values as columns
 * of one row.
 */
abstract class ValueSlots {
  private final DataType type;
  boolean[] filled = new boolean[0];

  private ValueSlots(DataType type) {
    this.type = type;
  }

  static ValueSlots of(DataType type) {
    return switch (type.physical()) {
      case BOOLEAN, INT, LONG -> new Longs(type);
      case FLOAT, DOUBLE -> new Doubles(type);
      case BYTES -> type instanceof CollatedType ? new Cells(type) : new Texts(type);
      default -> new Cells(type);
    };
  }

  void resize(int slots) {
    filled = Arrays.copyOf(filled, slots);
  }

  final boolean isNull(int slot) {
    return !filled[slot];
  }

  /** Stores row {@code row}, which may be null. */
  final void set(int slot, FlatColumn column, int row) {
    filled[slot] = !column.isNull(row);
    if (filled[slot]) {
      store(slot, column, row);
    }
  }

  final void clear(int slot) {
    filled[slot] = false;
    forget(slot);
  }

  final Column column(int[] slots, int count) {
    ColumnBuilder builder = ColumnBuilder.of(type, count);
    for (int i = 0; i < count; i++) {
      if (filled[slots[i]]) {
        append(builder, slots[i]);
      } else {
        builder.appendNull();
      }
    }
    return builder.build();
  }

  /** The order of the value of a slot, which is not null, and of a row, which is not. */
  abstract int compare(int slot, FlatColumn column, int row);

  abstract void store(int slot, FlatColumn column, int row);

  abstract void append(ColumnBuilder builder, int slot);

  void forget(int slot) {}

  abstract long memoryBytes();

  private static final class Longs extends ValueSlots {
    private long[] values = new long[0];

    Longs(DataType type) {
      super(type);
    }

    @Override
    void resize(int slots) {
      super.resize(slots);
      values = Arrays.copyOf(values, slots);
    }

    private static long get(FlatColumn column, int row) {
      return column instanceof LongColumn longs
          ? longs.get(row)
          : column instanceof IntColumn ints
              ? ints.get(row)
              : ((BooleanColumn) column).get(row) ? 1 : 0;
    }

    @Override
    int compare(int slot, FlatColumn column, int row) {
      return Long.compare(values[slot], get(column, row));
    }

    @Override
    void store(int slot, FlatColumn column, int row) {
      values[slot] = get(column, row);
    }

    @Override
    void append(ColumnBuilder builder, int slot) {
      if (builder instanceof LongBuilder longs) {
        longs.append(values[slot]);
      } else if (builder instanceof IntBuilder ints) {
        ints.append((int) values[slot]);
      } else {
        ((BooleanBuilder) builder).append(values[slot] != 0);
      }
    }

    @Override
    long memoryBytes() {
      return values.length * 9L;
    }
  }

  private static final class Doubles extends ValueSlots {
    private double[] values = new double[0];

    Doubles(DataType type) {
      super(type);
    }

    @Override
    void resize(int slots) {
      super.resize(slots);
      values = Arrays.copyOf(values, slots);
    }

    private static double get(FlatColumn column, int row) {
      return column instanceof DoubleColumn doubles
          ? doubles.get(row)
          : ((FloatColumn) column).get(row);
    }

    @Override
    int compare(int slot, FlatColumn column, int row) {
      return ValueOrder.compareDoubles(values[slot], get(column, row));
    }

    @Override
    void store(int slot, FlatColumn column, int row) {
      values[slot] = get(column, row);
    }

    @Override
    void append(ColumnBuilder builder, int slot) {
      if (builder instanceof DoubleBuilder doubles) {
        doubles.append(values[slot]);
      } else {
        ((FloatBuilder) builder).append((float) values[slot]);
      }
    }

    @Override
    long memoryBytes() {
      return values.length * 9L;
    }
  }

  private static final class Texts extends ValueSlots {
    private byte[] @Nullable [] values = new byte[0][];
    private long held;

    Texts(DataType type) {
      super(type);
    }

    @Override
    void resize(int slots) {
      super.resize(slots);
      values = Arrays.copyOf(values, slots);
    }

    @Override
    int compare(int slot, FlatColumn column, int row) {
      BytesColumn bytes = (BytesColumn) column;
      byte[] value = value(slot);
      int from = bytes.starts()[row];
      return Arrays.compareUnsigned(
          value, 0, value.length, bytes.data(), from, from + bytes.lengths()[row]);
    }

    private byte[] value(int slot) {
      byte[] value = values[slot];
      return value == null ? new byte[0] : value;
    }

    @Override
    void store(int slot, FlatColumn column, int row) {
      forget(slot);
      values[slot] = ((BytesColumn) column).bytes(row);
      held += value(slot).length;
    }

    @Override
    void append(ColumnBuilder builder, int slot) {
      ((BytesBuilder) builder).append(value(slot));
    }

    @Override
    void forget(int slot) {
      held -= value(slot).length;
      values[slot] = null;
    }

    @Override
    long memoryBytes() {
      return values.length * 21L + held;
    }
  }

  private static final class Cells extends ValueSlots {
    private final DataType type;
    private final ValueOrder order;
    private @Nullable FlatColumn[] values = new FlatColumn[0];
    private long held;

    Cells(DataType type) {
      super(type);
      this.type = type;
      this.order = ValueOrder.of(type);
    }

    @Override
    void resize(int slots) {
      super.resize(slots);
      values = Arrays.copyOf(values, slots);
    }

    @Override
    int compare(int slot, FlatColumn column, int row) {
      FlatColumn value = values[slot];
      return value == null ? -1 : order.compare(value, 0, column, row);
    }

    @Override
    void store(int slot, FlatColumn column, int row) {
      // A copy, so that one value does not hold the arrays of its whole batch.
      ColumnBuilder copy = ColumnBuilder.of(type, 1);
      copy.appendFrom(column, row);
      forget(slot);
      FlatColumn value = copy.build();
      values[slot] = value;
      held += ColumnMemory.bytes(value);
    }

    @Override
    void append(ColumnBuilder builder, int slot) {
      FlatColumn value = values[slot];
      if (value == null) {
        builder.appendNull();
      } else {
        builder.appendFrom(value, 0);
      }
    }

    @Override
    void forget(int slot) {
      FlatColumn before = values[slot];
      if (before != null) {
        held -= ColumnMemory.bytes(before);
        values[slot] = null;
      }
    }

    @Override
    long memoryBytes() {
      return values.length * 8L + held;
    }
  }
}
