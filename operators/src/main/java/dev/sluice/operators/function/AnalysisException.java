package dev.sluice.operators.function;

import dev.sluice.operators.diagnostics.SourcePosition;
import org.jspecify.annotations.Nullable;

/**
 * An expression that cannot be: the analyser turns it into a Problem. {@code errorClass} is
 * Spark's.
 */
public final class AnalysisException extends RuntimeException {
  private final String errorClass;
  private final SourcePosition at;
  private final @Nullable String remedy;

  public AnalysisException(
      String errorClass, SourcePosition at, String fact, @Nullable String remedy) {
    super(fact);
    this.errorClass = errorClass;
    this.at = at;
    this.remedy = remedy;
  }

  public String errorClass() {
    return errorClass;
  }

  public SourcePosition at() {
    return at;
  }

  public @Nullable String remedy() {
    return remedy;
  }
}
