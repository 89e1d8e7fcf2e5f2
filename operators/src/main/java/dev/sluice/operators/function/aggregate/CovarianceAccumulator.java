package dev.sluice.operators.function.aggregate;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.EvaluationException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * How two numbers go together: covariance, correlation, linear regression. Rows in which either is
 * null do not count. State: n, the means, the sum of products of deviations, and the sums of
 * squares of each.
 */
final class CovarianceAccumulator extends SlotAccumulator {
  /** What is made of the sums. For {@code REGR_}, the first argument is the dependent one. */
  enum Kind {
    COVARIANCE_POPULATION,
    COVARIANCE_SAMPLE,
    CORRELATION,
    REGR_COUNT,
    REGR_SXX,
    REGR_SYY,
    REGR_SXY,
    REGR_R2,
    REGR_SLOPE,
    REGR_INTERCEPT
  }

  static final List<DataType> STATE = Collections.nCopies(6, AtomicType.DOUBLE);
  private static final int N = 0;
  private static final int FIRST = 1;
  private static final int SECOND = 2;
  private static final int PRODUCT = 3;
  private static final int FIRST_SQUARES = 4;
  private static final int SECOND_SQUARES = 5;

  private final Kind kind;
  private final boolean ansi;
  private final double[][] sums = new double[6][0];

  CovarianceAccumulator(Kind kind, boolean ansi) {
    this.kind = kind;
    this.ansi = ansi;
  }

  @Override
  void resize(int slots) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] = Arrays.copyOf(sums[i], slots);
    }
  }

  @Override
  public void add(int[] slots, List<Column> arguments, int rows) {
    double[] xs = Numbers.doubles(arguments.get(0), rows);
    double[] ys = Numbers.doubles(arguments.get(1), rows);
    Validity valid =
        Numbers.validity(arguments.get(0)).and(Numbers.validity(arguments.get(1)), rows);
    for (int i = 0; i < rows; i++) {
      if (valid.isNull(i)) {
        continue;
      }
      int slot = slots[i];
      double n = sums[N][slot] + 1.0;
      double dx = xs[i] - sums[FIRST][slot];
      double dy = ys[i] - sums[SECOND][slot];
      double meanX = sums[FIRST][slot] + dx / n;
      double meanY = sums[SECOND][slot] + dy / n;
      sums[PRODUCT][slot] += dx * (ys[i] - meanY);
      sums[FIRST_SQUARES][slot] += dx * (xs[i] - meanX);
      sums[SECOND_SQUARES][slot] += dy * (ys[i] - meanY);
      sums[N][slot] = n;
      sums[FIRST][slot] = meanX;
      sums[SECOND][slot] = meanY;
    }
  }

  @Override
  public void merge(int[] slots, List<Column> state, int rows) {
    double[][] others = new double[sums.length][];
    for (int k = 0; k < others.length; k++) {
      others[k] = ((DoubleColumn) state.get(k).flatten()).values();
    }
    for (int i = 0; i < rows; i++) {
      int slot = slots[i];
      double n1 = sums[N][slot];
      double n2 = others[N][i];
      if (n2 == 0.0) {
        continue;
      }
      if (n1 == 0.0) {
        // As they are: rounding must not make a mean of equal values differ from them.
        for (int k = 0; k < sums.length; k++) {
          sums[k][slot] = others[k][i];
        }
        continue;
      }
      double n = n1 + n2;
      double dx = others[FIRST][i] - sums[FIRST][slot];
      double dxN = dx / n;
      double dy = others[SECOND][i] - sums[SECOND][slot];
      double dyN = dy / n;
      sums[PRODUCT][slot] += others[PRODUCT][i] + dx * dyN * n1 * n2;
      sums[FIRST_SQUARES][slot] += others[FIRST_SQUARES][i] + dx * dxN * n1 * n2;
      sums[SECOND_SQUARES][slot] += others[SECOND_SQUARES][i] + dy * dyN * n1 * n2;
      sums[FIRST][slot] += dxN * n2;
      sums[SECOND][slot] += dyN * n2;
      sums[N][slot] = n;
    }
  }

  @Override
  public List<Column> state(int[] slots, int count) {
    return Arrays.stream(sums)
        .<Column>map(values -> Numbers.doubleColumn(values, slots, count))
        .toList();
  }

  @Override
  public Column result(int[] slots, int count) {
    if (kind == Kind.REGR_COUNT) {
      long[] counts = new long[capacity()];
      for (int i = 0; i < count; i++) {
        counts[slots[i]] = (long) sums[N][slots[i]];
      }
      return Numbers.longColumn(counts, slots, count);
    }
    double[] results = new double[count];
    boolean[] nulls = new boolean[count];
    for (int i = 0; i < count; i++) {
      nulls[i] = undefined(slots[i], i);
      if (!nulls[i]) {
        results[i] = value(slots[i]);
      }
    }
    return new DoubleColumn(AtomicType.DOUBLE, results, Validity.ofNulls(nulls, count), count);
  }

  private boolean undefined(int slot, int row) {
    double n = sums[N][slot];
    return switch (kind) {
      case COVARIANCE_SAMPLE -> n <= 1.0;
      case CORRELATION -> {
        boolean few = n <= 1.0;
        boolean flat = !few && squares(FIRST, slot) * squares(SECOND, slot) == 0.0;
        if (flat && ansi) {
          throw new EvaluationException(
              "DIVIDE_BY_ZERO", "division by zero: the values of 'corr' are all the same", row);
        }
        yield few || flat;
      }
      case REGR_R2, REGR_SLOPE, REGR_INTERCEPT -> n <= 1.0 || squares(SECOND, slot) == 0.0;
      default -> n == 0.0;
    };
  }

  /**
   * The sum of squares of deviations from a mean, after Spark's merge into an empty buffer, where
   * squares that overflow leave no number.
   */
  private double squares(int mean, int slot) {
    double n = sums[N][slot];
    double value = sums[mean][slot];
    return sums[mean == FIRST ? FIRST_SQUARES : SECOND_SQUARES][slot]
        + value * (value / n) * 0.0 * n;
  }

  private double value(int slot) {
    double n = sums[N][slot];
    double product = sums[PRODUCT][slot] + sums[FIRST][slot] * (sums[SECOND][slot] / n) * 0.0 * n;
    double first = squares(FIRST, slot);
    double second = squares(SECOND, slot);
    return switch (kind) {
      case COVARIANCE_POPULATION -> product / n;
      case COVARIANCE_SAMPLE -> product / (n - 1.0);
      case CORRELATION -> product / Math.sqrt(first * second);
      case REGR_COUNT -> n;
      case REGR_SXX -> second;
      case REGR_SYY -> first;
      case REGR_SXY -> product;
      case REGR_R2 -> {
        double correlation = product / Math.sqrt(first * second);
        yield first == 0.0 ? 1.0 : correlation * correlation;
      }
      case REGR_SLOPE -> product / second;
      case REGR_INTERCEPT -> sums[FIRST][slot] - product / second * sums[SECOND][slot];
    };
  }

  @Override
  public void clear(int[] slots, int count) {
    for (double[] values : sums) {
      for (int i = 0; i < count; i++) {
        values[slots[i]] = 0;
      }
    }
  }

  @Override
  public long memoryBytes() {
    return 48L * capacity();
  }
}
