package dev.sluice.operators.function.misc;

import dev.sluice.operators.function.math.Murmur3;

/**
 * The generator behind {@code rand}, as Spark's: 64 bits of state, shifted and XORed by 21, 35 and
 * 4, of which the low bits count. The seed is spread by MurmurHash3 first.
 */
final class XorShift {
  private static final int HASH_SEED = 0x3c074a61;
  private static final double DOUBLE_UNIT = 0x1.0p-53;

  private long state;
  private double nextGaussian;
  private boolean hasGaussian;

  XorShift(long seed) {
    int low = hash(seed, HASH_SEED);
    int high = hash(seed, low);
    state = (long) high << 32 | low & 0xFFFFFFFFL;
  }

  /** MurmurHash3 of the eight bytes of a number, the highest first. */
  private static int hash(long value, int seed) {
    return Murmur3.hashLong(Long.reverseBytes(value), seed);
  }

  private long next(int bits) {
    long x = state ^ state << 21;
    x ^= x >>> 35;
    x ^= x << 4;
    state = x;
    return x & (1L << bits) - 1;
  }

  int nextInt() {
    return (int) next(32);
  }

  /** From 0 to below 1. */
  double nextDouble() {
    long high = next(26);
    return ((high << 27) + next(27)) * DOUBLE_UNIT;
  }

  /** By the polar method: two at a time. */
  double nextGaussian() {
    if (hasGaussian) {
      hasGaussian = false;
      return nextGaussian;
    }
    double x;
    double y;
    double square;
    do {
      x = 2 * nextDouble() - 1;
      y = 2 * nextDouble() - 1;
      square = x * x + y * y;
    } while (square >= 1 || square == 0);
    double factor = StrictMath.sqrt(-2 * StrictMath.log(square) / square);
    nextGaussian = y * factor;
    hasGaussian = true;
    return x * factor;
  }
}
