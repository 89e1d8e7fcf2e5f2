package dev.sluice.operators.function.math;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** xxHash (64 bits). */
public final class XxHash64 extends SparkHash {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long P1 = 0x9E3779B185EBCA87L;
  private static final long P2 = 0xC2B2AE3D27D4EB4FL;
  private static final long P3 = 0x165667B19E3779F9L;
  private static final long P4 = 0x85EBCA77C2B2AE63L;
  private static final long P5 = 0x27D4EB2F165667C5L;

  /** Of values of any type. */
  public static final SparkHash VALUES = new XxHash64();

  private XxHash64() {}

  @Override
  long ofInt(int value, long seed) {
    return hashInt(value, seed);
  }

  @Override
  long ofLong(long value, long seed) {
    return hashLong(value, seed);
  }

  @Override
  long ofBytes(byte[] data, int start, int length, long seed) {
    return hashBytes(data, start, length, seed);
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
