package dev.sluice.runner.plan;

import dev.sluice.operators.diagnostics.PipelineException;

/** The checkpoint does not fit the pipeline, or cannot be read; exit code 4. */
public final class CheckpointMismatchException extends PipelineException {
  public CheckpointMismatchException(String code, String message) {
    super(code, message);
  }
}
