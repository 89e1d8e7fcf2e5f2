package dev.sluice.operators.keyed;

import dev.sluice.operators.data.ValueHash;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The hash of keys. It decides in which partition of the checkpoint a key lives, so it must never
 * change.
 */
public final class Hashing {
  public static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  public static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long MULTIPLIER = ValueHash.MULTIPLIER;

  private Hashing() {}

  public static int hash(long value) {
    return (int) ValueHash.mix(value);
  }

  public static int hash(byte[] data, int from, int to) {
    long h = (to - from) * MULTIPLIER;
    int at = from;
    for (; at + 8 <= to; at += 8) {
      h = (h ^ (long) LONGS.get(data, at)) * MULTIPLIER;
      h ^= h >>> 29;
    }
    if (at < to) {
      long rest = 0;
      for (int shift = 0; at < to; at++, shift += 8) {
        rest |= (data[at] & 0xFFL) << shift;
      }
      h = (h ^ rest) * MULTIPLIER;
    }
    return (int) ValueHash.spread(h);
  }

  /** The partition of a hash: from other bits than those that choose a place in the table. */
  public static int partition(int hash, int partitions) {
    return (int) (((hash >>> 8) & 0xFFFFFFL) * partitions >>> 24);
  }

  /** The rows of each partition. */
  public static int[][] split(KeyBatch keys, int rows, int partitions) {
    int[] owner = new int[rows];
    int[] counts = new int[partitions];
    for (int row = 0; row < rows; row++) {
      owner[row] = partition(keys.hashes[row], partitions);
      counts[owner[row]]++;
    }
    int[][] split = new int[partitions][];
    for (int p = 0; p < split.length; p++) {
      split[p] = new int[counts[p]];
      counts[p] = 0;
    }
    for (int row = 0; row < rows; row++) {
      int p = owner[row];
      split[p][counts[p]++] = row;
    }
    return split;
  }
}
