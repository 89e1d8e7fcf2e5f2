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
import dev.sluice.operators.data.Validity;

/**
 * How Spark feeds values to a hash function: those of fixed size as one or two numbers, longer
 * decimals and texts as bytes, nested ones element after element. Each hash is the seed of the
 * next, and null leaves the seed. Zeros of both signs are one value.
 */
public abstract class SparkHash {
  SparkHash() {}

  abstract long ofInt(int value, long seed);

  abstract long ofLong(long value, long seed);

  abstract long ofBytes(byte[] data, int start, int length, long seed);

  /** The hash of one value, in a column of any shape, with a seed. */
  public final long of(Column any, int row, long seed) {
    FlatColumn column = any.flatten();
    if (column.isNull(row)) {
      return seed;
    }
    if (column instanceof IntColumn ints) {
      return ofInt(ints.get(row), seed);
    } else if (column instanceof LongColumn longs) {
      return ofLong(longs.get(row), seed);
    } else if (column instanceof BytesColumn bytes) {
      return ofBytes(bytes.data(), bytes.starts()[row], bytes.lengths()[row], seed);
    } else if (column instanceof DoubleColumn doubles) {
      double value = doubles.get(row);
      return ofLong(value == 0.0 ? 0L : Double.doubleToLongBits(value), seed);
    } else if (column instanceof FloatColumn floats) {
      float value = floats.get(row);
      return ofInt(value == 0f ? 0 : Float.floatToIntBits(value), seed);
    } else if (column instanceof BooleanColumn booleans) {
      return ofInt(booleans.get(row) ? 1 : 0, seed);
    } else if (column instanceof Decimal128Column decimals) {
      byte[] bytes = decimals.unscaled(row).toByteArray();
      return ofBytes(bytes, 0, bytes.length, seed);
    } else if (column instanceof IntervalColumn intervals) {
      return ofInt(
          intervals.months()[row],
          ofInt(intervals.days()[row], ofLong(intervals.microseconds()[row], seed)));
    }
    return ofNested(column, row, seed);
  }

  private long ofNested(FlatColumn column, int row, long seed) {
    long hash = seed;
    if (column instanceof ArrayColumn arrays) {
      for (int i = arrays.starts()[row]; i < arrays.starts()[row] + arrays.lengths()[row]; i++) {
        hash = of(arrays.elements(), i, hash);
      }
    } else if (column instanceof MapColumn maps) {
      for (int i = maps.starts()[row]; i < maps.starts()[row] + maps.lengths()[row]; i++) {
        hash = of(maps.values(), i, of(maps.keys(), i, hash));
      }
    } else if (column instanceof StructColumn structs) {
      for (Column child : structs.children()) {
        hash = of(child, row, hash);
      }
    }
    return hash;
  }

  /** Makes of each row's seed the hash of the row's value. */
  final void mix(FlatColumn column, long[] hashes) {
    if (column.validity() == Validity.ALL && column instanceof LongColumn longs) {
      long[] values = longs.values();
      for (int i = 0; i < hashes.length; i++) {
        hashes[i] = ofLong(values[i], hashes[i]);
      }
    } else if (column.validity() == Validity.ALL && column instanceof IntColumn ints) {
      int[] values = ints.values();
      for (int i = 0; i < hashes.length; i++) {
        hashes[i] = ofInt(values[i], hashes[i]);
      }
    } else {
      for (int i = 0; i < hashes.length; i++) {
        hashes[i] = of(column, i, hashes[i]);
      }
    }
  }
}
