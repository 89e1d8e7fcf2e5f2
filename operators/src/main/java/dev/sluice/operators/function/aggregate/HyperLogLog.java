package dev.sluice.operators.function.aggregate;

/**
 * The estimate of HyperLogLog++ (Heule, Nunkesser, Hall: "HyperLogLog in Practice", 2013) from
 * registers. Below the paper's thresholds it counts linearly, exactly as Spark does; between them
 * and five times the number of registers the raw estimate is corrected for its bias, which is
 * computed here from the expected value of the harmonic sum instead of looked up in tables of
 * measurements, so that a result there may differ from Spark's by less than a percent.
 */
public final class HyperLogLog {
  private static final int[] THRESHOLDS = {
    10, 20, 40, 80, 220, 400, 900, 1800, 3100, 6500, 15500, 20000, 50000, 120000, 350000
  };
  private static final int LEAST_PRECISION = 4;

  private HyperLogLog() {}

  /** The precision that gives at most this relative standard deviation. */
  static int precision(double deviation) {
    return (int) Math.ceil(2.0 * Math.log(1.106 / deviation) / Math.log(2));
  }

  /** Which register a hash belongs to. */
  public static int register(long hash, int precision) {
    return (int) (hash >>> (64 - precision));
  }

  /** What it is raised to at least. */
  public static byte rank(long hash, int precision) {
    long rest = (hash << precision) | (1L << (precision - 1));
    return (byte) (Long.numberOfLeadingZeros(rest) + 1);
  }

  /** About how many different values {@code 2^precision} registers have seen. */
  public static long estimate(byte[] registers, int from, int precision) {
    int m = 1 << precision;
    double sum = 0;
    int zeros = 0;
    for (int i = from; i < from + m; i++) {
      sum += 1.0 / (1L << registers[i]);
      zeros += registers[i] == 0 ? 1 : 0;
    }
    double raw = alpha(m) * m * m / sum;
    if (zeros > 0) {
      double linear = m * Math.log((double) m / zeros);
      if (precision - LEAST_PRECISION >= THRESHOLDS.length
          || linear <= THRESHOLDS[precision - LEAST_PRECISION]) {
        return Math.round(linear);
      }
    }
    return Math.round(raw < 5.0 * m ? unbiased(raw, m) : raw);
  }

  private static double alpha(int m) {
    return switch (m) {
      case 16 -> 0.673;
      case 32 -> 0.697;
      case 64 -> 0.709;
      default -> 0.7213 / (1.0 + 1.079 / m);
    };
  }

  /** The cardinality whose expected raw estimate is this one. */
  private static double unbiased(double raw, int m) {
    double low = 0;
    double high = raw;
    for (int i = 0; i < 60; i++) {
      double middle = (low + high) / 2;
      if (expected(middle, m) < raw) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  private static double expected(double cardinality, int m) {
    double sum = 0;
    double before = 0;
    for (int rank = 0; rank <= 60; rank++) {
      double atMost = Math.exp(-cardinality / m * Math.pow(0.5, rank));
      sum += (atMost - before) * Math.pow(0.5, rank);
      before = atMost;
    }
    return alpha(m) * m / sum;
  }
}
