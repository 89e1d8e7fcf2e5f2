package dev.sluice.operators.operator;

import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.FloatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Validity;
import java.util.Arrays;

/** Numbers and booleans by slot, each in the 64 bits of a long. */
final class NumberSlots extends SlotColumn {
  private final DataType type;
  private long[] values = new long[0];
  // A bit set says that there is a value.
  private long[] known = new long[0];

  NumberSlots(DataType type) {
    this.type = type;
  }

  @Override
  void put(int[] slots, int from, int to, Column column) {
    ensure(slots, from, to);
    FlatColumn flat = column.flatten();
    if (flat instanceof LongColumn longs) {
      long[] source = longs.values();
      for (int i = from; i < to; i++) {
        values[slots[i]] = source[i];
      }
    } else if (flat instanceof IntColumn ints) {
      int[] source = ints.values();
      for (int i = from; i < to; i++) {
        values[slots[i]] = source[i];
      }
    } else if (flat instanceof DoubleColumn doubles) {
      double[] source = doubles.values();
      for (int i = from; i < to; i++) {
        values[slots[i]] = Double.doubleToRawLongBits(source[i]);
      }
    } else if (flat instanceof FloatColumn floats) {
      float[] source = floats.values();
      for (int i = from; i < to; i++) {
        values[slots[i]] = Float.floatToRawIntBits(source[i]);
      }
    } else if (flat instanceof BooleanColumn booleans) {
      boolean[] source = booleans.values();
      for (int i = from; i < to; i++) {
        values[slots[i]] = source[i] ? 1 : 0;
      }
    }
    Validity validity = flat.validity();
    for (int i = from; i < to; i++) {
      int slot = slots[i];
      if (validity == Validity.ALL || validity.isValid(i)) {
        known[slot >> 6] |= 1L << slot;
      } else {
        known[slot >> 6] &= ~(1L << slot);
      }
    }
  }

  private void ensure(int[] slots, int from, int to) {
    int highest = -1;
    for (int i = from; i < to; i++) {
      highest = Math.max(highest, slots[i]);
    }
    if (highest >= values.length) {
      values = Arrays.copyOf(values, Math.max(highest + 1, values.length + (values.length >> 1)));
      known = Arrays.copyOf(known, Validity.wordsFor(values.length));
    }
  }

  @Override
  Column get(int[] slots, int from, int to) {
    int count = to - from;
    long[] words = new long[Validity.wordsFor(count)];
    long[] found = new long[count];
    for (int i = 0; i < count; i++) {
      int slot = slots[from + i];
      if (slot >= 0) {
        found[i] = values[slot];
        words[i >> 6] |= (known[slot >> 6] >>> slot & 1L) << i;
      }
    }
    return column(found, Validity.of(words, count), count);
  }

  private Column column(long[] found, Validity validity, int count) {
    return switch (type.physical()) {
      case LONG -> new LongColumn(type, found, validity, count);
      case INT -> {
        int[] ints = new int[count];
        for (int i = 0; i < count; i++) {
          ints[i] = (int) found[i];
        }
        yield new IntColumn(type, ints, validity, count);
      }
      case DOUBLE -> {
        double[] doubles = new double[count];
        for (int i = 0; i < count; i++) {
          doubles[i] = Double.longBitsToDouble(found[i]);
        }
        yield new DoubleColumn(type, doubles, validity, count);
      }
      case FLOAT -> {
        float[] floats = new float[count];
        for (int i = 0; i < count; i++) {
          floats[i] = Float.intBitsToFloat((int) found[i]);
        }
        yield new FloatColumn(type, floats, validity, count);
      }
      default -> {
        boolean[] booleans = new boolean[count];
        for (int i = 0; i < count; i++) {
          booleans[i] = found[i] != 0;
        }
        yield new BooleanColumn(type, booleans, validity, count);
      }
    };
  }

  @Override
  void forget(int[] slots, int count) {}

  @Override
  long memoryBytes() {
    return 8L * (values.length + known.length);
  }
}
