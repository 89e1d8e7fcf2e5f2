package dev.sluice.operators.data;

/**
 * {@code TIME(p)}: a time of day without date and zone, held in nanoseconds since midnight and cut
 * to {@code precision} digits of the second.
 */
public record TimeType(int precision) implements DataType {
  public static final int MAX_PRECISION = 6;

  /** What {@code TIME} without a precision means. */
  public static final TimeType DEFAULT = new TimeType(MAX_PRECISION);

  public TimeType {
    if (precision < 0 || precision > MAX_PRECISION) {
      throw new IllegalArgumentException("a time has 0 to 6 digits of a second");
    }
  }

  @Override
  public String catalogString() {
    return "time(" + precision + ")";
  }

  @Override
  public String sql() {
    return "TIME(" + precision + ")";
  }

  @Override
  public Physical physical() {
    return Physical.LONG;
  }

  @Override
  public String toString() {
    return catalogString();
  }
}
