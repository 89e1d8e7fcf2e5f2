package dev.sluice.operators.function.sketch;

import dev.sluice.operators.data.FlatColumn;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Quantiles by the sketch of Karnin, Lang and Liberty: levels of values, each value of a level
 * standing for twice as many as one below. A level that is full is sorted, and every second value
 * of it moves up. Exact as long as no more than {@code k} values came. Values are ordered as
 * numbers; whole ones are kept as such.
 */
final class QuantileSketch implements Sketch {
  static final int LEAST = 8;
  static final int MOST = 65535;
  private static final double SHRINK = 2.0 / 3;
  private static final long SEED = 0x6B6C6CL;

  /** What kind of number the values are; their bits are kept. */
  enum Kind {
    BIGINT(3),
    FLOAT(4),
    DOUBLE(5);

    final int code;

    Kind(int code) {
      this.code = code;
    }

    long bits(FlatColumn column, int row) {
      return this == BIGINT
          ? SketchArguments.whole(column, row)
          : ordered(SketchArguments.real(column, row));
    }

    /** Bits whose order is that of the numbers. */
    static long ordered(double value) {
      long bits = Double.doubleToLongBits(value == 0.0 ? 0.0 : value);
      return bits ^ (bits >> 63) & Long.MAX_VALUE;
    }

    Object value(long bits) {
      double real = Double.longBitsToDouble(bits ^ (bits >> 63) & Long.MAX_VALUE);
      return this == BIGINT ? (Object) bits : this == FLOAT ? (Object) (float) real : real;
    }
  }

  private final Kind kind;
  private final int k;
  private final Random coin = new Random(SEED);
  private final List<long[]> levels = new ArrayList<>();
  private int[] sizes = new int[8];
  private long count;
  private long least = Long.MAX_VALUE;
  private long most = Long.MIN_VALUE;

  QuantileSketch(Kind kind, int k) {
    this.kind = kind;
    this.k = k;
    levels.add(new long[16]);
  }

  static Optional<QuantileSketch> read(byte[] bytes, Kind kind) {
    return SketchBytes.open(bytes, kind.code)
        .filter(in -> in.getInt(8) >= LEAST && in.getInt(8) <= MOST)
        .map(
            in -> {
              QuantileSketch sketch = new QuantileSketch(kind, in.getInt(8));
              in.position(SketchBytes.HEADER);
              sketch.count = in.getLong();
              sketch.least = in.getLong();
              sketch.most = in.getLong();
              for (int level = 0; in.remaining() > 0; level++) {
                int size = in.getInt();
                for (int i = 0; i < size; i++) {
                  sketch.put(level, in.getLong());
                }
              }
              return sketch;
            });
  }

  long count() {
    return count;
  }

  int k() {
    return k;
  }

  @Override
  public void add(List<FlatColumn> arguments, int row) {
    FlatColumn column = arguments.get(0);
    if (kind != Kind.BIGINT && Double.isNaN(SketchArguments.real(column, row))) {
      return;
    }
    long bits = kind.bits(column, row);
    least = Math.min(least, bits);
    most = Math.max(most, bits);
    count++;
    put(0, bits);
    compact();
  }

  private void put(int level, long bits) {
    while (levels.size() <= level) {
      levels.add(new long[16]);
    }
    if (levels.size() > sizes.length) {
      sizes = Arrays.copyOf(sizes, levels.size() * 2);
    }
    long[] values = levels.get(level);
    if (sizes[level] == values.length) {
      values = Arrays.copyOf(values, values.length * 2);
      levels.set(level, values);
    }
    values[sizes[level]++] = bits;
  }

  private void compact() {
    for (int level = 0; level < levels.size(); level++) {
      int depth = levels.size() - 1 - level;
      int room = Math.max(LEAST, (int) Math.ceil(k * Math.pow(SHRINK, depth)));
      if (sizes[level] <= room) {
        continue;
      }
      long[] values = levels.get(level);
      int size = sizes[level];
      Arrays.sort(values, 0, size);
      // An odd one stays, so that no weight is lost.
      int odd = size & 1;
      sizes[level] = odd;
      int first = odd + (coin.nextBoolean() ? 1 : 0);
      long[] moved = Arrays.copyOf(values, size);
      for (int i = first; i < size; i += 2) {
        put(level + 1, moved[i]);
      }
    }
  }

  void merge(QuantileSketch other) {
    count += other.count;
    least = Math.min(least, other.least);
    most = Math.max(most, other.most);
    for (int level = 0; level < other.levels.size(); level++) {
      for (int i = 0; i < other.sizes[level]; i++) {
        put(level, other.levels.get(level)[i]);
      }
    }
    compact();
  }

  @Override
  public void merge(byte[] other) {
    read(other, kind).ifPresent(this::merge);
  }

  @Override
  public byte[] write() {
    int held = 0;
    for (int level = 0; level < levels.size(); level++) {
      held += sizes[level];
    }
    ByteBuffer out = SketchBytes.begin(kind.code, k, 24 + levels.size() * 4 + held * 8);
    out.putLong(count).putLong(least).putLong(most);
    for (int level = 0; level < levels.size(); level++) {
      out.putInt(sizes[level]);
      for (int i = 0; i < sizes[level]; i++) {
        out.putLong(levels.get(level)[i]);
      }
    }
    return out.array();
  }

  /** The share of values up to this one, itself included. */
  double rank(long bits) {
    long below = 0;
    for (int level = 0; level < levels.size(); level++) {
      for (int i = 0; i < sizes[level]; i++) {
        below += levels.get(level)[i] <= bits ? 1L << level : 0;
      }
    }
    return (double) below / count;
  }

  /** The least value whose rank is not below this one. */
  Object quantile(double rank) {
    if (rank == 0.0) {
      return kind.value(least);
    }
    if (rank == 1.0) {
      return kind.value(most);
    }
    List<long[]> weighted = new ArrayList<>();
    for (int level = 0; level < levels.size(); level++) {
      for (int i = 0; i < sizes[level]; i++) {
        weighted.add(new long[] {levels.get(level)[i], 1L << level});
      }
    }
    weighted.sort((a, b) -> Long.compare(a[0], b[0]));
    long wanted = (long) Math.ceil(rank * count);
    long passed = 0;
    for (long[] value : weighted) {
      passed += value[1];
      if (passed >= wanted) {
        return kind.value(value[0]);
      }
    }
    return kind.value(most);
  }

  String describe() {
    int held = 0;
    for (int level = 0; level < levels.size(); level++) {
      held += sizes[level];
    }
    String range =
        count == 0 ? "" : ", least " + kind.value(least) + ", largest " + kind.value(most);
    return "KLL sketch of "
        + kind
        + ": k "
        + k
        + ", values "
        + count
        + ", held "
        + held
        + " in "
        + levels.size()
        + " levels"
        + range;
  }
}
