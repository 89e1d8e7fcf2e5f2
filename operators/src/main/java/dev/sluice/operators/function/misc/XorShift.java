package dev.sluice.operators.function.misc;

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
    int hash = mix(seed, Integer.reverseBytes((int) (value >>> 32)));
    hash = mix(hash, Integer.reverseBytes((int) value)) ^ Long.BYTES;
    hash = (hash ^ hash >>> 16) * 0x85ebca6b;
    hash = (hash ^ hash >>> 13) * 0xc2b2ae35;
    return hash ^ hash >>> 16;
  }

  private static int mix(int hash, int block) {
    int mixed = Integer.rotateLeft(block * 0xcc9e2d51, 15) * 0x1b873593;
    return Integer.rotateLeft(hash ^ mixed, 13) * 5 + 0xe6546b64;
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
