package dev.sluice.connectors.file;

import dev.sluice.operators.diagnostics.PipelineException;

/** Files that do not tell their columns ({@code UNABLE_TO_INFER_SCHEMA}). */
public final class SchemaUnknownException extends PipelineException {
  private static final long serialVersionUID = 1;

  private final String fact;

  SchemaUnknownException(String fact, Throwable cause) {
    super("UNABLE_TO_INFER_SCHEMA", fact + "; declare it under 'schema:'", cause);
    this.fact = fact;
  }

  /** The sentence without its remedy, for where nothing can be declared. */
  public String fact() {
    return fact;
  }
}
