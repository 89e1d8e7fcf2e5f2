package dev.sluice.operators.function.sketch;

import dev.sluice.operators.data.FlatColumn;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The least hashes of the values seen, of which there may be {@code 2^size}, and the bound below
 * which none is missing: sets of values that can be united, cut and subtracted, and counted by how
 * densely the hashes lie.
 */
final class ThetaSketch implements Sketch {
  static final int KIND = 2;
  static final int LEAST = 4;
  static final int MOST = 26;

  /** What happens to the hashes when another sketch comes. */
  enum Merge {
    UNION,
    INTERSECTION
  }

  private final int size;
  private final Merge merge;
  private final TreeSet<Long> hashes = new TreeSet<>();
  private long theta = Long.MAX_VALUE;
  private boolean fresh = true;

  ThetaSketch(int size, Merge merge) {
    this.size = size;
    this.merge = merge;
  }

  static Optional<ThetaSketch> read(byte[] bytes) {
    return SketchBytes.open(bytes, KIND)
        .filter(in -> in.getInt(8) >= LEAST && in.getInt(8) <= MOST)
        .map(
            in -> {
              ThetaSketch sketch = new ThetaSketch(in.getInt(8), Merge.UNION);
              in.position(SketchBytes.HEADER);
              sketch.theta = in.getLong();
              sketch.fresh = in.get() != 0;
              while (in.remaining() > 0) {
                sketch.hashes.add(in.getLong());
              }
              return sketch;
            });
  }

  @Override
  public void add(List<FlatColumn> arguments, int row) {
    if (SketchHash.counts(arguments.get(0), row)) {
      fresh = false;
      long hash = SketchHash.of(arguments.get(0), row) >>> 1;
      if (hash < theta) {
        hashes.add(hash);
        trim();
      }
    }
  }

  private void trim() {
    while (hashes.size() > 1L << size) {
      theta = hashes.last();
      hashes.remove(theta);
    }
  }

  void merge(ThetaSketch other) {
    if (merge == Merge.INTERSECTION) {
      intersect(other);
      return;
    }
    fresh &= other.fresh;
    theta = Math.min(theta, other.theta);
    hashes.addAll(other.hashes);
    below();
    trim();
  }

  private void intersect(ThetaSketch other) {
    theta = Math.min(theta, other.theta);
    if (fresh) {
      fresh = false;
      hashes.addAll(other.hashes);
    } else {
      hashes.retainAll(other.hashes);
    }
    below();
  }

  /** Takes away what the other sketch has. */
  void subtract(ThetaSketch other) {
    theta = Math.min(theta, other.theta);
    hashes.removeAll(other.hashes);
    below();
  }

  private void below() {
    hashes.tailSet(theta).clear();
  }

  @Override
  public void merge(byte[] other) {
    read(other).ifPresent(this::merge);
  }

  long estimate() {
    return Math.round(hashes.size() * (double) Long.MAX_VALUE / theta);
  }

  @Override
  public byte[] write() {
    ByteBuffer out = SketchBytes.begin(KIND, size, 9 + hashes.size() * 8);
    out.putLong(theta).put((byte) (fresh ? 1 : 0));
    hashes.forEach(out::putLong);
    return out.array();
  }
}
