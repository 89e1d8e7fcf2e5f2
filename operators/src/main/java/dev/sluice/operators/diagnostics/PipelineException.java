package dev.sluice.operators.diagnostics;

import org.jspecify.annotations.Nullable;

/**
 * The outside world, or the data, failed a running pipeline: names the path or component and what
 * to do. Printed without a stack trace; exit code 1 unless a subclass in the runner says otherwise.
 */
public class PipelineException extends RuntimeException {
  private final String code;

  /**
   * {@code code} is a word such as {@code file-not-found}, or Spark's error class such as {@code
   * CAST_INVALID_INPUT}.
   */
  public PipelineException(String code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  public PipelineException(String code, String message) {
    this(code, message, null);
  }

  /**
   * Why something did not go on that waited, or worked: the query was stopped, which interrupted
   * the thread. Leaves the thread interrupted.
   *
   * @param doing what it did, such as {@code "sending to 'x'"}
   */
  public static PipelineException stopped(String doing, Throwable interruption) {
    Thread.currentThread().interrupt();
    return new PipelineException("stopped", "stopped while " + doing, interruption);
  }

  public String code() {
    return code;
  }
}
