package dev.sluice.runner.plan;

import dev.sluice.operators.diagnostics.CheckpointException;

/** The checkpoint does not fit the pipeline; exit code 4. */
public final class CheckpointMismatchException extends CheckpointException {
  public CheckpointMismatchException(String code, String message) {
    super(code, message);
  }
}
