package dev.sluice.operators.function.aggregate;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Decimal128Column;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.FloatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.IntervalColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.function.math.Murmur3;
import java.math.BigDecimal;
import java.util.Objects;

/**
 * The order in which Spark lists a set: that of Scala 2.13's {@code mutable.HashSet}, whose buckets
 * are a power of two and at most three quarters full, each bucket sorted by hash, equal hashes in
 * the order in which they came. Values hash as Scala hashes Spark's internal values.
 */
final class ScalaSetOrder {
  private static final int LEAST_BUCKETS = 16;
  private static final int SEED = 42;

  private ScalaSetOrder() {}

  /** Whether Spark's hash of values of the type is known here; others stay as they came. */
  static boolean knows(DataType type) {
    return switch (type.physical()) {
      case ARRAY, MAP, STRUCT, NULL -> false;
      default -> true;
    };
  }

  /** The positions of elements with these hashes, as {@link #hash} gives them, in Spark's order. */
  static int[] order(int[] hashes) {
    int buckets = LEAST_BUCKETS;
    while (hashes.length >= buckets / 4 * 3) {
      buckets *= 2;
    }
    // Chains of positions + 1, so that 0 ends one.
    int[] heads = new int[buckets];
    int[] next = new int[hashes.length];
    for (int i = 0; i < hashes.length; i++) {
      int bucket = hashes[i] & buckets - 1;
      int before = -1;
      int after = heads[bucket];
      while (after != 0 && hashes[after - 1] <= hashes[i]) {
        before = after - 1;
        after = next[before];
      }
      next[i] = after;
      if (before < 0) {
        heads[bucket] = i + 1;
      } else {
        next[before] = i + 1;
      }
    }
    int[] order = new int[hashes.length];
    int count = 0;
    for (int head : heads) {
      for (int at = head; at != 0; at = next[at - 1]) {
        order[count++] = at - 1;
      }
    }
    return order;
  }

  /** The hash of a value that is not null, improved as the set does it. */
  static int hash(FlatColumn column, int row) {
    int hash = objectHash(column, row);
    return hash ^ hash >>> 16;
  }

  /** The hash before it is improved. */
  static int objectHash(FlatColumn column, int row) {
    if (column.type() instanceof DecimalType decimal) {
      return column instanceof LongColumn longs
          ? BigDecimal.valueOf(longs.get(row), decimal.scale()).hashCode()
          : new BigDecimal(((Decimal128Column) column).unscaled(row), decimal.scale()).hashCode();
    }
    if (column instanceof LongColumn longs) {
      long value = longs.get(row);
      return value == (int) value ? (int) value : Long.hashCode(value);
    } else if (column instanceof IntColumn ints) {
      return ints.get(row);
    } else if (column instanceof BytesColumn bytes) {
      return bytes(bytes, row);
    } else if (column instanceof DoubleColumn doubles) {
      return number(doubles.get(row));
    } else if (column instanceof FloatColumn floats) {
      return number(floats.get(row));
    } else if (column instanceof BooleanColumn booleans) {
      return Boolean.hashCode(booleans.get(row));
    } else if (column instanceof IntervalColumn intervals) {
      return Objects.hash(
          intervals.months()[row], intervals.days()[row], intervals.microseconds()[row]);
    }
    throw new IllegalArgumentException("no hash for " + column.type().sql());
  }

  /** A number hashes as the narrowest type that holds it. */
  static int number(double value) {
    int whole = (int) value;
    if (whole == value) {
      return whole;
    }
    long wide = (long) value;
    if (wide == value) {
      return Long.hashCode(wide);
    }
    float narrow = (float) value;
    return narrow == value ? Float.hashCode(narrow) : Double.hashCode(value);
  }

  private static int bytes(BytesColumn column, int row) {
    int length = column.lengths()[row];
    if (column.type() != AtomicType.BINARY) {
      return Murmur3.hashBytes(column.data(), column.starts()[row], length, SEED);
    }
    // Spark wraps binaries into arrays of bytes: their count, a bit for each null, then the bytes,
    // each part filled up to eight.
    int from = 8 + (length + 63) / 64 * 8;
    byte[] layout = new byte[from + (length + 7) / 8 * 8];
    for (int i = 0; i < 4; i++) {
      layout[i] = (byte) (length >> 8 * i);
    }
    System.arraycopy(column.data(), column.starts()[row], layout, from, length);
    return Murmur3.hashBytes(layout, 0, layout.length, SEED);
  }
}
