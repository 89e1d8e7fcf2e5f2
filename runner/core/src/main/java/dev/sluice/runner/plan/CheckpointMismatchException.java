package dev.sluice.runner.plan;

import dev.sluice.operators.diagnostics.CheckpointException;
import dev.sluice.operators.diagnostics.SourcePosition;

/** The checkpoint does not fit the pipeline; exit code 4. */
public final class CheckpointMismatchException extends CheckpointException {
  public CheckpointMismatchException(String code, String message) {
    super(code, message);
  }

  /**
   * @param at what of the file does not fit; {@link SourcePosition#NOWHERE} if that cannot be said
   */
  public CheckpointMismatchException(String code, SourcePosition at, String message) {
    super(code, at, message);
  }
}
