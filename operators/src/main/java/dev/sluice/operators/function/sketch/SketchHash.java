package dev.sluice.operators.function.sketch;

import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.FloatColumn;
import dev.sluice.operators.function.math.XxHash64;

/** Hashes by which sketches of different values know values again: fixed, for they are stored. */
final class SketchHash {
  private static final long SEED = 9001;

  private SketchHash() {}

  /** Whether a value counts: empty texts, binaries and arrays do not, as in DataSketches. */
  static boolean counts(FlatColumn column, int row) {
    return column instanceof BytesColumn bytes
        ? bytes.lengths()[row] > 0
        : !(column instanceof ArrayColumn arrays) || arrays.lengths()[row] > 0;
  }

  /** Whole numbers hash alike whatever their type; a null in an array is 0. */
  static long of(FlatColumn column, int row) {
    if (column instanceof BytesColumn bytes) {
      return XxHash64.hashBytes(bytes.data(), bytes.starts()[row], bytes.lengths()[row], SEED);
    }
    if (column instanceof DoubleColumn || column instanceof FloatColumn) {
      double value = SketchArguments.real(column, row);
      return XxHash64.hashLong(Double.doubleToLongBits(value == 0.0 ? 0.0 : value), SEED);
    }
    if (column instanceof ArrayColumn arrays) {
      FlatColumn elements = arrays.elements().flatten();
      long hash = SEED;
      int end = arrays.starts()[row] + arrays.lengths()[row];
      for (int i = arrays.starts()[row]; i < end; i++) {
        long element = elements.isNull(i) ? 0 : SketchArguments.whole(elements, i);
        hash = XxHash64.hashLong(element, hash);
      }
      return hash;
    }
    return XxHash64.hashLong(SketchArguments.whole(column, row), SEED);
  }
}
