package dev.sluice.operators.state;

import dev.sluice.operators.diagnostics.PipelineException;

/** The state in the checkpoint is not that of this pipeline. */
public final class StateMismatchException extends PipelineException {
  public StateMismatchException(String message) {
    super("state-mismatch", message);
  }
}
