package dev.sluice.operators.function.sketch;

import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.function.math.Murmur3;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;

/**
 * A count-min sketch, written as Spark writes it: version, total, depth, width, the factors of the
 * hashes, the counts; all big-endian.
 */
final class CountMin implements Sketch {
  private static final long MODULUS = (1L << 31) - 1;
  private static final int HEADER = 4 + 8 + 4 + 4;

  private final int depth;
  private final int width;
  private final long[] factors;
  private final long[] counts;
  private long total;

  CountMin(double error, double confidence, int seed) {
    this.width = (int) Math.ceil(2 / error);
    this.depth = (int) Math.ceil(-Math.log1p(-confidence) / Math.log(2));
    this.factors = new long[depth];
    this.counts = new long[depth * width];
    Random random = new Random(seed);
    for (int i = 0; i < depth; i++) {
      factors[i] = random.nextInt(Integer.MAX_VALUE);
    }
  }

  @Override
  public void add(List<FlatColumn> arguments, int row) {
    FlatColumn column = arguments.get(0);
    if (column instanceof BytesColumn bytes) {
      int from = bytes.starts()[row];
      int length = bytes.lengths()[row];
      int first = Murmur3.hashBytes(bytes.data(), from, length, 0);
      int second = Murmur3.hashBytes(bytes.data(), from, length, first);
      for (int i = 0; i < depth; i++) {
        counts[i * width + Math.abs((first + i * second) % width)]++;
      }
    } else {
      long value = SketchArguments.whole(column, row);
      for (int i = 0; i < depth; i++) {
        long hash = factors[i] * value;
        hash += hash >> 32;
        counts[i * width + (int) (hash & MODULUS) % width]++;
      }
    }
    total++;
  }

  @Override
  public void merge(byte[] other) {
    ByteBuffer in = ByteBuffer.wrap(other);
    total += in.getLong(4);
    in.position(HEADER + depth * 8);
    for (int i = 0; i < counts.length; i++) {
      counts[i] += in.getLong();
    }
  }

  @Override
  public byte[] write() {
    ByteBuffer out = ByteBuffer.allocate(HEADER + (depth + counts.length) * 8);
    out.putInt(1).putLong(total).putInt(depth).putInt(width);
    for (long factor : factors) {
      out.putLong(factor);
    }
    for (long count : counts) {
      out.putLong(count);
    }
    return out.array();
  }
}
