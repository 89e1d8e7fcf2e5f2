package dev.sluice.operators.function.sketch;

import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.function.aggregate.HyperLogLog;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Different values counted with HyperLogLog, and exactly as long as they are few: as many hashes as
 * an eighth of the registers are kept as they are.
 */
final class DistinctSketch implements Sketch {
  static final int KIND = 1;
  static final int LEAST = 4;
  static final int MOST = 21;

  private int precision;
  private final Set<Long> few = new HashSet<>();
  private byte[] registers = {};

  DistinctSketch(int precision) {
    this.precision = precision;
  }

  /** A sketch that was stored, or null if the bytes hold none. */
  static java.util.Optional<DistinctSketch> read(byte[] bytes) {
    return SketchBytes.open(bytes, KIND)
        .filter(in -> in.getInt(8) >= LEAST && in.getInt(8) <= MOST)
        .map(
            in -> {
              DistinctSketch sketch = new DistinctSketch(in.getInt(8));
              sketch.take(in);
              return sketch;
            });
  }

  int precision() {
    return precision;
  }

  @Override
  public void add(List<FlatColumn> arguments, int row) {
    if (SketchHash.counts(arguments.get(0), row)) {
      add(SketchHash.of(arguments.get(0), row));
    }
  }

  private void add(long hash) {
    if (registers.length > 0) {
      raise(HyperLogLog.register(hash, precision), HyperLogLog.rank(hash, precision));
      return;
    }
    few.add(hash);
    if (few.size() > Math.max(8, (1 << precision) / 8)) {
      open();
    }
  }

  private void open() {
    registers = new byte[1 << precision];
    for (long hash : few) {
      raise(HyperLogLog.register(hash, precision), HyperLogLog.rank(hash, precision));
    }
    few.clear();
  }

  private void raise(int register, byte rank) {
    registers[register] = (byte) Math.max(registers[register], rank);
  }

  /** Takes in another sketch; the coarser of the two decides. */
  void merge(DistinctSketch other) {
    if (other.precision < precision) {
      coarsen(other.precision);
    }
    other.few.forEach(this::add);
    if (other.registers.length == 0) {
      return;
    }
    if (registers.length == 0) {
      open();
    }
    for (int i = 0; i < other.registers.length; i++) {
      raiseFolded(i, other.registers[i], other.precision);
    }
  }

  /**
   * A register of a finer sketch, whose last bits of the number are first bits of the rest here.
   */
  private void raiseFolded(int register, byte rank, int from) {
    int bits = from - precision;
    if (rank == 0 || bits == 0) {
      raise(register >>> bits, rank);
      return;
    }
    int low = register & (1 << bits) - 1;
    int zeros = low == 0 ? bits : Integer.numberOfLeadingZeros(low) - (32 - bits);
    raise(register >>> bits, (byte) (low == 0 ? bits + rank : zeros + 1));
  }

  private void coarsen(int to) {
    int from = precision;
    byte[] finer = registers;
    precision = to;
    if (finer.length > 0) {
      registers = new byte[1 << to];
      for (int i = 0; i < finer.length; i++) {
        raiseFolded(i, finer[i], from);
      }
    } else if (few.size() > Math.max(8, (1 << precision) / 8)) {
      open();
    }
  }

  @Override
  public void merge(byte[] other) {
    read(other).ifPresent(this::merge);
  }

  long estimate() {
    return registers.length == 0 ? few.size() : HyperLogLog.estimate(registers, 0, precision);
  }

  private void take(ByteBuffer in) {
    in.position(SketchBytes.HEADER);
    int count = in.getInt();
    for (int i = 0; i < count; i++) {
      few.add(in.getLong());
    }
    if (in.remaining() > 0) {
      registers = new byte[1 << precision];
      in.get(registers);
    }
  }

  @Override
  public byte[] write() {
    ByteBuffer out = SketchBytes.begin(KIND, precision, 4 + few.size() * 8 + registers.length);
    out.putInt(few.size());
    few.stream().sorted().forEach(out::putLong);
    return out.put(registers).array();
  }
}
