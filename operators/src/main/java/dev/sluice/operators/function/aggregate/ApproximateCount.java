package dev.sluice.operators.function.aggregate;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.function.math.XxHash64;
import java.util.Arrays;
import java.util.List;

/**
 * {@code approx_count_distinct}. The state is a binary of one byte a register; empty for no value.
 */
final class ApproximateCount extends SlotAccumulator {
  static final List<DataType> STATE = List.of(AtomicType.BINARY);

  private final int precision;
  private final int width;
  private byte[][] registers = new byte[0][];

  ApproximateCount(int precision) {
    this.precision = precision;
    this.width = 1 << precision;
  }

  @Override
  void resize(int slots) {
    int old = registers.length;
    registers = Arrays.copyOf(registers, slots);
    Arrays.fill(registers, old, slots, NOTHING);
  }

  private static final byte[] NOTHING = {};

  @Override
  public void add(int[] slots, List<Column> arguments, int rows) {
    FlatColumn column = arguments.get(0).flatten();
    for (int i = 0; i < rows; i++) {
      if (!column.isNull(i)) {
        long hash = XxHash64.VALUES.of(column, i, 42L);
        raise(
            open(slots[i]),
            HyperLogLog.register(hash, precision),
            HyperLogLog.rank(hash, precision));
      }
    }
  }

  private byte[] open(int slot) {
    if (registers[slot].length == 0) {
      registers[slot] = new byte[width];
    }
    return registers[slot];
  }

  private static void raise(byte[] own, int register, byte rank) {
    if (own[register] < rank) {
      own[register] = rank;
    }
  }

  @Override
  public void merge(int[] slots, List<Column> state, int rows) {
    BytesColumn others = (BytesColumn) state.get(0).flatten();
    for (int i = 0; i < rows; i++) {
      if (others.lengths()[i] == width) {
        byte[] own = open(slots[i]);
        for (int r = 0; r < width; r++) {
          raise(own, r, others.data()[others.starts()[i] + r]);
        }
      }
    }
  }

  @Override
  public List<Column> state(int[] slots, int count) {
    BytesBuilder out = (BytesBuilder) ColumnBuilder.of(AtomicType.BINARY, count);
    for (int i = 0; i < count; i++) {
      out.append(registers[slots[i]]);
    }
    return List.of(out.build());
  }

  @Override
  public Column result(int[] slots, int count) {
    long[] counts = new long[count];
    for (int i = 0; i < count; i++) {
      byte[] own = registers[slots[i]];
      counts[i] = own.length == 0 ? 0 : HyperLogLog.estimate(own, 0, precision);
    }
    return new LongColumn(AtomicType.BIGINT, counts, Validity.ALL, count);
  }

  @Override
  public void clear(int[] slots, int count) {
    for (int i = 0; i < count; i++) {
      registers[slots[i]] = NOTHING;
    }
  }

  @Override
  public long memoryBytes() {
    return (long) registers.length * (width + 24);
  }
}
