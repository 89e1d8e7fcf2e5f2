package dev.sluice.operators.function.sketch;

import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.expression.EvaluationException;
import java.util.Arrays;
import java.util.List;

/** A bitmap of {@value #BITS} bits: made of positions, or of bitmaps by OR or AND. */
final class Bitmap implements Sketch {
  static final int BITS = 8 * 4096;

  /** How a bitmap grows. */
  enum Kind {
    POSITIONS,
    OR,
    AND
  }

  private final Kind kind;
  private final byte[] bits = new byte[BITS / 8];

  Bitmap(Kind kind) {
    this.kind = kind;
    if (kind == Kind.AND) {
      Arrays.fill(bits, (byte) -1);
    }
  }

  @Override
  public void add(List<FlatColumn> arguments, int row) {
    if (kind != Kind.POSITIONS) {
      merge(SketchArguments.bytes(arguments.get(0), row));
      return;
    }
    long position = SketchArguments.whole(arguments.get(0), row);
    if (position < 0 || position >= BITS) {
      throw new EvaluationException(
          "INVALID_BITMAP_POSITION",
          "the position " + position + " is outside of a bitmap of " + BITS + " bits",
          row);
    }
    bits[(int) (position / 8)] |= (byte) (1 << position % 8);
  }

  @Override
  public void merge(byte[] other) {
    for (int i = 0; i < bits.length; i++) {
      byte theirs = i < other.length ? other[i] : 0;
      bits[i] = (byte) (kind == Kind.AND ? bits[i] & theirs : bits[i] | theirs);
    }
  }

  @Override
  public byte[] write() {
    return bits.clone();
  }
}
