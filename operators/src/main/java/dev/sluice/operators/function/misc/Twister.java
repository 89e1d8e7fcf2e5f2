package dev.sluice.operators.function.misc;

/** The Mersenne Twister MT19937, seeded by two halves of a number: what Spark draws UUIDs from. */
final class Twister {
  private static final int SIZE = 624;
  private static final int SHIFT = 397;
  private static final int TWIST = 0x9908b0df;

  private final int[] state = new int[SIZE];
  private int at = SIZE;

  Twister(long seed) {
    int[] key = {(int) (seed >>> 32), (int) seed};
    state[0] = 19650218;
    for (int i = 1; i < SIZE; i++) {
      state[i] = 1812433253 * (state[i - 1] ^ state[i - 1] >>> 30) + i;
    }
    int i = 1;
    int j = 0;
    for (int k = 0; k < SIZE; k++) {
      state[i] = (state[i] ^ (state[i - 1] ^ state[i - 1] >>> 30) * 1664525) + key[j] + j;
      j = 1 - j;
      if (++i == SIZE) {
        state[0] = state[SIZE - 1];
        i = 1;
      }
    }
    for (int k = 1; k < SIZE; k++) {
      state[i] = (state[i] ^ (state[i - 1] ^ state[i - 1] >>> 30) * 1566083941) - i;
      if (++i == SIZE) {
        state[0] = state[SIZE - 1];
        i = 1;
      }
    }
    state[0] = 0x80000000;
  }

  private int next(int bits) {
    if (at == SIZE) {
      for (int k = 0; k < SIZE; k++) {
        int y = state[k] & 0x80000000 | state[(k + 1) % SIZE] & 0x7fffffff;
        state[k] = state[(k + SHIFT) % SIZE] ^ y >>> 1 ^ ((y & 1) == 0 ? 0 : TWIST);
      }
      at = 0;
    }
    int y = state[at++];
    y ^= y >>> 11;
    y ^= y << 7 & 0x9d2c5680;
    y ^= y << 15 & 0xefc60000;
    y ^= y >>> 18;
    return y >>> 32 - bits;
  }

  long nextLong() {
    long high = (long) next(32) << 32;
    return high | next(32) & 0xffffffffL;
  }

  /** From 0 to below {@code bound}. */
  int nextInt(int bound) {
    if ((bound & -bound) == bound) {
      return (int) (bound * (long) next(31) >> 31);
    }
    int bits;
    int value;
    do {
      bits = next(31);
      value = bits % bound;
    } while (bits - value + (bound - 1) < 0);
    return value;
  }
}
