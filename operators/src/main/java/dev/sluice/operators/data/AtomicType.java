package dev.sluice.operators.data;

import java.util.Locale;

/** The types without parameters. */
public enum AtomicType implements DataType {
  NULL("void", Physical.NULL),
  BOOLEAN("boolean", Physical.BOOLEAN),
  TINYINT("tinyint", Physical.INT),
  SMALLINT("smallint", Physical.INT),
  INT("int", Physical.INT),
  BIGINT("bigint", Physical.LONG),
  FLOAT("float", Physical.FLOAT),
  DOUBLE("double", Physical.DOUBLE),
  STRING("string", Physical.BYTES),
  BINARY("binary", Physical.BYTES),
  DATE("date", Physical.INT),
  TIMESTAMP("timestamp", Physical.LONG),
  TIMESTAMP_NTZ("timestamp_ntz", Physical.LONG),
  CALENDAR_INTERVAL("interval", Physical.INTERVAL),
  /** Metadata and value in one slice, see {@code dev.sluice.operators.variant}. */
  VARIANT("variant", Physical.BYTES);

  private final String catalogString;
  private final Physical physical;

  AtomicType(String catalogString, Physical physical) {
    this.catalogString = catalogString;
    this.physical = physical;
  }

  @Override
  public String catalogString() {
    return catalogString;
  }

  @Override
  public String sql() {
    return catalogString.toUpperCase(Locale.ROOT);
  }

  @Override
  public Physical physical() {
    return physical;
  }

  @Override
  public String toString() {
    return catalogString;
  }
}
