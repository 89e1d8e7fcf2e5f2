package dev.sluice.operators.expression;

import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongColumn;

/**
 * Numbers compared with a constant: every operator asks whether they lie in a range, or outside it,
 * so that one loop a type does for all.
 */
final class ConstantComparison {
  private ConstantComparison() {}

  /**
   * Puts the answer for each row, whatever it is for nulls. False, and nothing put, if these values
   * have no such loop.
   *
   * @param one the constant, not null, in a column of one row
   */
  static boolean compare(
      Comparison.Operator operator, Column values, FlatColumn one, boolean[] out) {
    if (one instanceof IntColumn ints) {
      long[] range = range(operator, ints.get(0), Integer.MIN_VALUE, Integer.MAX_VALUE);
      within(Flats.ints(values), (int) range[0], (int) range[1], out);
      return true;
    }
    if (one instanceof LongColumn longs) {
      long[] range = range(operator, longs.get(0), Long.MIN_VALUE, Long.MAX_VALUE);
      within(Flats.longs(values), range[0], range[1], out);
      return true;
    }
    if (one instanceof DoubleColumn doubles) {
      double constant = doubles.get(0);
      if (Double.isNaN(constant) || Double.isInfinite(constant)) {
        return false;
      }
      // NaN, above all numbers, lies in no range: what it is greater than must be told by negation.
      double[] in = Flats.doubles(values);
      switch (operator) {
        case EQUAL, NULL_SAFE_EQUAL -> within(in, constant, constant, false, out);
        case LESS -> within(in, Double.NEGATIVE_INFINITY, Math.nextDown(constant), false, out);
        case LESS_OR_EQUAL -> within(in, Double.NEGATIVE_INFINITY, constant, false, out);
        case GREATER -> within(in, Double.NEGATIVE_INFINITY, constant, true, out);
        case GREATER_OR_EQUAL ->
            within(in, Double.NEGATIVE_INFINITY, Math.nextDown(constant), true, out);
      }
      return true;
    }
    return false;
  }

  /** The least and greatest number that compares so with the constant; the wrong way if none. */
  private static long[] range(Comparison.Operator operator, long constant, long min, long max) {
    return switch (operator) {
      case EQUAL, NULL_SAFE_EQUAL -> new long[] {constant, constant};
      case LESS -> constant == min ? new long[] {max, min} : new long[] {min, constant - 1};
      case LESS_OR_EQUAL -> new long[] {min, constant};
      case GREATER -> constant == max ? new long[] {max, min} : new long[] {constant + 1, max};
      case GREATER_OR_EQUAL -> new long[] {constant, max};
    };
  }

  private static void within(int[] values, int least, int greatest, boolean[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = values[i] >= least & values[i] <= greatest;
    }
  }

  private static void within(long[] values, long least, long greatest, boolean[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = values[i] >= least & values[i] <= greatest;
    }
  }

  private static void within(
      double[] values, double least, double greatest, boolean not, boolean[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = (values[i] >= least & values[i] <= greatest) != not;
    }
  }
}
