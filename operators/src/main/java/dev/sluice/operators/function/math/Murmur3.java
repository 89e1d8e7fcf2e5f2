package dev.sluice.operators.function.math;

import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Decimal128Column;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.FloatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.IntervalColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.MapColumn;
import dev.sluice.operators.data.StructColumn;

/**
 * Murmur3 (32 bits, x86) as Spark hashes values: fixed-size values as one or two words, bytes four
 * at a time and the rest one by one, nested values element after element, each hash being the seed
 * of the next; null leaves the seed.
 */
public final class Murmur3 {
  private static final int C1 = 0xcc9e2d51;
  private static final int C2 = 0x1b873593;

  private Murmur3() {}

  static int hash(Column any, int row, int seed) {
    FlatColumn column = any.flatten();
    if (column.isNull(row)) {
      return seed;
    }
    if (column instanceof IntColumn ints) {
      return hashInt(ints.get(row), seed);
    } else if (column instanceof LongColumn longs) {
      return hashLong(longs.get(row), seed);
    } else if (column instanceof BytesColumn bytes) {
      return hashBytes(bytes.data(), bytes.starts()[row], bytes.lengths()[row], seed);
    } else if (column instanceof DoubleColumn doubles) {
      double value = doubles.get(row);
      return hashLong(value == 0.0 ? 0L : Double.doubleToLongBits(value), seed);
    } else if (column instanceof FloatColumn floats) {
      float value = floats.get(row);
      return hashInt(value == 0f ? 0 : Float.floatToIntBits(value), seed);
    } else if (column instanceof BooleanColumn booleans) {
      return hashInt(booleans.get(row) ? 1 : 0, seed);
    } else if (column instanceof Decimal128Column decimals) {
      byte[] bytes = decimals.unscaled(row).toByteArray();
      return hashBytes(bytes, 0, bytes.length, seed);
    } else if (column instanceof IntervalColumn intervals) {
      return hashInt(
          intervals.months()[row],
          hashInt(intervals.days()[row], hashLong(intervals.microseconds()[row], seed)));
    } else if (column instanceof ArrayColumn arrays) {
      int hash = seed;
      for (int i = arrays.starts()[row]; i < arrays.starts()[row] + arrays.lengths()[row]; i++) {
        hash = hash(arrays.elements(), i, hash);
      }
      return hash;
    } else if (column instanceof MapColumn maps) {
      int hash = seed;
      for (int i = maps.starts()[row]; i < maps.starts()[row] + maps.lengths()[row]; i++) {
        hash = hash(maps.values(), i, hash(maps.keys(), i, hash));
      }
      return hash;
    } else if (column instanceof StructColumn structs) {
      int hash = seed;
      for (Column child : structs.children()) {
        hash = hash(child, row, hash);
      }
      return hash;
    }
    return seed;
  }

  static int hashInt(int value, int seed) {
    return finish(mix(seed, value), 4);
  }

  static int hashLong(long value, int seed) {
    return finish(mix(mix(seed, (int) value), (int) (value >>> 32)), 8);
  }

  /** The hash of {@code length} bytes from {@code start}, as Spark also hashes strings in maps. */
  public static int hashBytes(byte[] data, int start, int length, int seed) {
    int hash = seed;
    int words = length & ~3;
    for (int i = start; i < start + words; i += 4) {
      int word =
          (data[i] & 0xFF)
              | (data[i + 1] & 0xFF) << 8
              | (data[i + 2] & 0xFF) << 16
              | data[i + 3] << 24;
      hash = mix(hash, word);
    }
    for (int i = start + words; i < start + length; i++) {
      hash = mix(hash, data[i]);
    }
    return finish(hash, length);
  }

  private static int mix(int hash, int word) {
    int k = Integer.rotateLeft(word * C1, 15) * C2;
    return Integer.rotateLeft(hash ^ k, 13) * 5 + 0xe6546b64;
  }

  private static int finish(int hash, int length) {
    int h = hash ^ length;
    h = (h ^ h >>> 16) * 0x85ebca6b;
    h = (h ^ h >>> 13) * 0xc2b2ae35;
    return h ^ h >>> 16;
  }
}
