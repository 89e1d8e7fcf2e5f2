package dev.sluice.operators.diagnostics;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The outside world failed one source or sink: says which, and where it stands in the pipeline
 * file.
 */
public final class ComponentException extends PipelineException {
  private final String component;
  private final SourcePosition at;
  private final String fact;

  /**
   * @param component as a sentence begins with it: {@code sink 'jdbc'}
   * @param fact what happened, with the address, and the remedy
   */
  public ComponentException(
      String code, String component, SourcePosition at, String fact, @Nullable Throwable cause) {
    super(code, (at.line() == 0 ? "" : at + ": ") + component + ": " + fact, cause);
    this.component = component;
    this.at = at;
    this.fact = fact;
  }

  /**
   * The failure as one of this component, unless it tells its own place, or is one of the
   * checkpoint.
   */
  public static PipelineException of(
      PipelineException failure, String component, SourcePosition at) {
    return failure.getClass() == PipelineException.class
        ? new ComponentException(
            failure.code(), component, at, String.valueOf(failure.getMessage()), failure)
        : failure;
  }

  public String component() {
    return component;
  }

  public SourcePosition at() {
    return at;
  }

  /** The same as a problem of the file. */
  public Problem problem() {
    return new Problem(
        Problem.Severity.ERROR, code(), at, component + ": " + fact, Optional.empty());
  }
}
