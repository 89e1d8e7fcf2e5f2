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
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * xxHash (64 bits), with values fed to it as Spark does; see {@link Murmur3} for the order of
 * nested values.
 */
public final class XxHash64 {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long P1 = 0x9E3779B185EBCA87L;
  private static final long P2 = 0xC2B2AE3D27D4EB4FL;
  private static final long P3 = 0x165667B19E3779F9L;
  private static final long P4 = 0x85EBCA77C2B2AE63L;
  private static final long P5 = 0x27D4EB2F165667C5L;

  private XxHash64() {}

  /** The hash of one value with a seed; null gives the seed. */
  public static long hash(Column any, int row, long seed) {
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
      long hash = seed;
      for (int i = arrays.starts()[row]; i < arrays.starts()[row] + arrays.lengths()[row]; i++) {
        hash = hash(arrays.elements(), i, hash);
      }
      return hash;
    } else if (column instanceof MapColumn maps) {
      long hash = seed;
      for (int i = maps.starts()[row]; i < maps.starts()[row] + maps.lengths()[row]; i++) {
        hash = hash(maps.values(), i, hash(maps.keys(), i, hash));
      }
      return hash;
    } else if (column instanceof StructColumn structs) {
      long hash = seed;
      for (Column child : structs.children()) {
        hash = hash(child, row, hash);
      }
      return hash;
    }
    return seed;
  }

  public static long hashInt(int value, long seed) {
    long hash = seed + P5 + 4L;
    hash ^= (value & 0xFFFFFFFFL) * P1;
    return finish(Long.rotateLeft(hash, 23) * P2 + P3);
  }

  public static long hashLong(long value, long seed) {
    long hash = seed + P5 + 8L;
    hash ^= Long.rotateLeft(value * P2, 31) * P1;
    return finish(Long.rotateLeft(hash, 27) * P1 + P4);
  }

  public static long hashBytes(byte[] data, int start, int length, long seed) {
    int at = start;
    int end = start + length;
    long hash;
    if (length >= 32) {
      long v1 = seed + P1 + P2;
      long v2 = seed + P2;
      long v3 = seed;
      long v4 = seed - P1;
      for (; at <= end - 32; at += 32) {
        v1 = round(v1, (long) LONGS.get(data, at));
        v2 = round(v2, (long) LONGS.get(data, at + 8));
        v3 = round(v3, (long) LONGS.get(data, at + 16));
        v4 = round(v4, (long) LONGS.get(data, at + 24));
      }
      hash =
          Long.rotateLeft(v1, 1)
              + Long.rotateLeft(v2, 7)
              + Long.rotateLeft(v3, 12)
              + Long.rotateLeft(v4, 18);
      hash = merge(merge(merge(merge(hash, v1), v2), v3), v4);
    } else {
      hash = seed + P5;
    }
    hash += length;
    for (; at <= end - 8; at += 8) {
      hash ^= Long.rotateLeft((long) LONGS.get(data, at) * P2, 31) * P1;
      hash = Long.rotateLeft(hash, 27) * P1 + P4;
    }
    if (at <= end - 4) {
      hash ^= ((int) INTS.get(data, at) & 0xFFFFFFFFL) * P1;
      hash = Long.rotateLeft(hash, 23) * P2 + P3;
      at += 4;
    }
    for (; at < end; at++) {
      hash ^= (data[at] & 0xFFL) * P5;
      hash = Long.rotateLeft(hash, 11) * P1;
    }
    return finish(hash);
  }

  private static long round(long value, long input) {
    return Long.rotateLeft(value + input * P2, 31) * P1;
  }

  private static long merge(long hash, long value) {
    return (hash ^ round(0L, value)) * P1 + P4;
  }

  private static long finish(long hash) {
    long h = (hash ^ hash >>> 33) * P2;
    h = (h ^ h >>> 29) * P3;
    return h ^ h >>> 32;
  }
}
