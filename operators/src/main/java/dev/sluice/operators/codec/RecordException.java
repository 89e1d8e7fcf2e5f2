package dev.sluice.operators.codec;

/**
 * A record that must stop the read: malformed under {@link ParseMode#FAILFAST}, or longer than a
 * reader's limit. Knows where the record stands; who reads the file adds its name.
 */
public final class RecordException extends RuntimeException {
  private final String code;
  private final long offset;

  /**
   * {@code code} is a word or Spark's error class; {@code offset} is the byte, from the begin of
   * the data, at which the record begins.
   */
  public RecordException(String code, String message, long offset) {
    super(message);
    this.code = code;
    this.offset = offset;
  }

  public String code() {
    return code;
  }

  public long offset() {
    return offset;
  }
}
