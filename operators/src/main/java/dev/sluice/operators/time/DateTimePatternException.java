package dev.sluice.operators.time;

/** A pattern of letters that Spark refuses. */
public final class DateTimePatternException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String errorClass;

  DateTimePatternException(String errorClass, String message) {
    super(message);
    this.errorClass = errorClass;
  }

  /** Spark's name of the error, such as {@code INVALID_DATETIME_PATTERN.LENGTH}. */
  public String errorClass() {
    return errorClass;
  }
}
