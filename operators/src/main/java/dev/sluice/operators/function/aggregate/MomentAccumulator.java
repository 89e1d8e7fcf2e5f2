package dev.sluice.operators.function.aggregate;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.Validity;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Central moments up to the fourth, updated a value at a time and merged by the formulas of
 * Welford, Chan, and Pébay, which Spark uses too, so that the last digits agree. State: n, mean,
 * and the sums of powers that the function needs.
 */
final class MomentAccumulator extends SlotAccumulator {
  /** What is made of the moments. */
  enum Kind {
    VARIANCE_POPULATION(2),
    VARIANCE_SAMPLE(2),
    DEVIATION_POPULATION(2),
    DEVIATION_SAMPLE(2),
    SKEWNESS(3),
    KURTOSIS(4);

    final int order;

    Kind(int order) {
      this.order = order;
    }
  }

  private final Kind kind;
  // n, mean, m2, m3, m4.
  private final double[][] moments;

  MomentAccumulator(Kind kind) {
    this.kind = kind;
    this.moments = new double[kind.order + 1][0];
  }

  static List<DataType> stateTypes(Kind kind) {
    return Collections.nCopies(kind.order + 1, AtomicType.DOUBLE);
  }

  @Override
  void resize(int slots) {
    for (int i = 0; i < moments.length; i++) {
      moments[i] = Arrays.copyOf(moments[i], slots);
    }
  }

  @Override
  public void add(int[] slots, List<Column> arguments, int rows) {
    Column column = arguments.get(0);
    double[] values = Numbers.doubles(column, rows);
    Validity valid = Numbers.validity(column);
    double[] ns = moments[0];
    double[] means = moments[1];
    double[] m2s = moments[2];
    for (int i = 0; i < rows; i++) {
      if (valid.isNull(i)) {
        continue;
      }
      int slot = slots[i];
      double n = ns[slot] + 1.0;
      double delta = values[i] - means[slot];
      double deltaN = delta / n;
      double m2 = m2s[slot] + delta * (delta - deltaN);
      if (kind.order >= 3) {
        addHigher(slot, delta, deltaN, m2);
      }
      ns[slot] = n;
      means[slot] += deltaN;
      m2s[slot] = m2;
    }
  }

  private void addHigher(int slot, double delta, double deltaN, double m2) {
    double delta2 = delta * delta;
    double deltaN2 = deltaN * deltaN;
    double m3 = moments[3][slot] - 3.0 * deltaN * m2 + delta * (delta2 - deltaN2);
    if (kind.order == 4) {
      moments[4][slot] =
          moments[4][slot]
              - 4.0 * deltaN * m3
              - 6.0 * deltaN2 * m2
              + delta * (delta * delta2 - deltaN * deltaN2);
    }
    moments[3][slot] = m3;
  }

  @Override
  public void merge(int[] slots, List<Column> state, int rows) {
    double[][] others = new double[moments.length][];
    for (int k = 0; k < others.length; k++) {
      others[k] = ((DoubleColumn) state.get(k).flatten()).values();
    }
    for (int i = 0; i < rows; i++) {
      if (others[0][i] != 0.0) {
        merge(slots[i], others, i);
      }
    }
  }

  private void merge(int slot, double[][] others, int row) {
    double n1 = moments[0][slot];
    double n2 = others[0][row];
    if (n1 == 0.0) {
      // As they are: rounding must not make a mean of equal values differ from them.
      for (int k = 0; k < moments.length; k++) {
        moments[k][slot] = others[k][row];
      }
      return;
    }
    double n = n1 + n2;
    double delta = others[1][row] - moments[1][slot];
    double deltaN = delta / n;
    double left2 = moments[2][slot];
    double right2 = others[2][row];
    if (kind.order == 4) {
      moments[4][slot] +=
          others[4][row]
              + deltaN * deltaN * deltaN * delta * n1 * n2 * (n1 * n1 - n1 * n2 + n2 * n2)
              + 6.0 * deltaN * deltaN * (n1 * n1 * right2 + n2 * n2 * left2)
              + 4.0 * deltaN * (n1 * others[3][row] - n2 * moments[3][slot]);
    }
    if (kind.order >= 3) {
      moments[3][slot] +=
          others[3][row]
              + deltaN * deltaN * delta * n1 * n2 * (n1 - n2)
              + 3.0 * deltaN * (n1 * right2 - n2 * left2);
    }
    moments[2][slot] = left2 + right2 + delta * deltaN * n1 * n2;
    moments[1][slot] += deltaN * n2;
    moments[0][slot] = n;
  }

  @Override
  public List<Column> state(int[] slots, int count) {
    return Arrays.stream(moments)
        .<Column>map(values -> Numbers.doubleColumn(values, slots, count))
        .toList();
  }

  @Override
  public Column result(int[] slots, int count) {
    double[] results = new double[count];
    boolean[] nulls = new boolean[count];
    for (int i = 0; i < count; i++) {
      int slot = slots[i];
      double n = moments[0][slot];
      // Spark merges into an empty buffer, where squares that overflow leave no number.
      double mean = moments[1][slot];
      double m2 = moments[2][slot] + mean * (mean / n) * 0.0 * n;
      boolean flat = m2 == 0.0;
      nulls[i] =
          switch (kind) {
            case VARIANCE_POPULATION, DEVIATION_POPULATION -> n == 0.0;
            case VARIANCE_SAMPLE, DEVIATION_SAMPLE -> n <= 1.0;
            case SKEWNESS, KURTOSIS -> n == 0.0 || flat;
          };
      if (nulls[i]) {
        continue;
      }
      results[i] =
          switch (kind) {
            case VARIANCE_POPULATION -> m2 / n;
            case VARIANCE_SAMPLE -> m2 / (n - 1.0);
            case DEVIATION_POPULATION -> Math.sqrt(m2 / n);
            case DEVIATION_SAMPLE -> Math.sqrt(m2 / (n - 1.0));
            case SKEWNESS -> Math.sqrt(n) * moments[3][slot] / Math.sqrt(m2 * m2 * m2);
            case KURTOSIS -> n * moments[4][slot] / (m2 * m2) - 3.0;
          };
    }
    return new DoubleColumn(AtomicType.DOUBLE, results, Validity.ofNulls(nulls, count), count);
  }

  @Override
  public void clear(int[] slots, int count) {
    for (double[] values : moments) {
      for (int i = 0; i < count; i++) {
        values[slots[i]] = 0;
      }
    }
  }

  @Override
  public long memoryBytes() {
    return (long) moments.length * capacity() * 8;
  }
}
