package dev.sluice.operators.expression;

import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.FloatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Validity;
import java.util.Arrays;

/**
 * Columns as plain arrays for kernels; a constant becomes a filled array, which the loops take at
 * full speed.
 */
public final class Flats {
  private Flats() {}

  static boolean[] booleans(Column column) {
    if (column instanceof ConstantColumn constant) {
      boolean[] filled = new boolean[column.size()];
      Arrays.fill(filled, ((BooleanColumn) constant.one()).get(0));
      return filled;
    }
    return ((BooleanColumn) column.flatten()).values();
  }

  static int[] ints(Column column) {
    if (column instanceof ConstantColumn constant) {
      int[] filled = new int[column.size()];
      Arrays.fill(filled, ((IntColumn) constant.one()).get(0));
      return filled;
    }
    return ((IntColumn) column.flatten()).values();
  }

  static long[] longs(Column column) {
    if (column instanceof ConstantColumn constant) {
      long[] filled = new long[column.size()];
      Arrays.fill(filled, ((LongColumn) constant.one()).get(0));
      return filled;
    }
    return ((LongColumn) column.flatten()).values();
  }

  static float[] floats(Column column) {
    if (column instanceof ConstantColumn constant) {
      float[] filled = new float[column.size()];
      Arrays.fill(filled, ((FloatColumn) constant.one()).get(0));
      return filled;
    }
    return ((FloatColumn) column.flatten()).values();
  }

  static double[] doubles(Column column) {
    if (column instanceof ConstantColumn constant) {
      double[] filled = new double[column.size()];
      Arrays.fill(filled, ((DoubleColumn) constant.one()).get(0));
      return filled;
    }
    return ((DoubleColumn) column.flatten()).values();
  }

  /** Which rows hold a value, whatever the shape. */
  public static Validity validity(Column column) {
    if (column instanceof ConstantColumn constant) {
      return constant.one().isNull(0) ? Validity.none(column.size()) : Validity.ALL;
    }
    return column.flatten().validity();
  }

  /**
   * The flat column to index by row; for a constant, its one row stands at every index through
   * {@link #mask}.
   */
  public static FlatColumn base(Column column) {
    return column instanceof ConstantColumn constant ? constant.one() : column.flatten();
  }

  /** What to mask a row with to index {@link #base}: nothing, or everything for a constant. */
  public static int mask(Column column) {
    return column instanceof ConstantColumn ? 0 : -1;
  }
}
