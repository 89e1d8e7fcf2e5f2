package dev.sluice.operators.data;

/**
 * {@code decimal(precision, scale)}: up to {@value #MAX_PRECISION} digits, of which {@code scale}
 * stand after the point.
 */
public record DecimalType(int precision, int scale) implements DataType {
  public static final int MAX_PRECISION = 38;

  /** Most digits whose unscaled value always fits a {@code long}. */
  public static final int MAX_LONG_PRECISION = 18;

  /** Spark's {@code DecimalType.USER_DEFAULT}: what a bare {@code DECIMAL} means. */
  public static final DecimalType DEFAULT = new DecimalType(10, 0);

  /** Spark's {@code DecimalType.SYSTEM_DEFAULT}. */
  public static final DecimalType SYSTEM_DEFAULT = new DecimalType(38, 18);

  public DecimalType {
    if (precision < 1 || precision > MAX_PRECISION || scale < 0 || scale > precision) {
      throw new IllegalArgumentException(
          "decimal(" + precision + "," + scale + ") is out of range");
    }
  }

  @Override
  public String catalogString() {
    return "decimal(" + precision + "," + scale + ")";
  }

  @Override
  public String sql() {
    return "DECIMAL(" + precision + "," + scale + ")";
  }

  @Override
  public Physical physical() {
    return precision <= MAX_LONG_PRECISION ? Physical.LONG : Physical.DECIMAL128;
  }

  @Override
  public String toString() {
    return catalogString();
  }
}
