package dev.sluice.operators.function.math;

/** Murmur3 (32 bits, x86) as Spark has it: the bytes behind the last four count one by one. */
public final class Murmur3 extends SparkHash {
  private static final int C1 = 0xcc9e2d51;
  private static final int C2 = 0x1b873593;

  /** Of values of any type. */
  public static final SparkHash VALUES = new Murmur3();

  private Murmur3() {}

  @Override
  long ofInt(int value, long seed) {
    return hashInt(value, (int) seed);
  }

  @Override
  long ofLong(long value, long seed) {
    return hashLong(value, (int) seed);
  }

  @Override
  long ofBytes(byte[] data, int start, int length, long seed) {
    return hashBytes(data, start, length, (int) seed);
  }

  public static int hashInt(int value, int seed) {
    return finish(mix(seed, value), 4);
  }

  public static int hashLong(long value, int seed) {
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
