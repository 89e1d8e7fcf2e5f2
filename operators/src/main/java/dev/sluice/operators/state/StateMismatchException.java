package dev.sluice.operators.state;

import dev.sluice.operators.diagnostics.CheckpointException;
import dev.sluice.operators.diagnostics.SourcePosition;

/** The state in the checkpoint is not that of this pipeline. */
public final class StateMismatchException extends CheckpointException {
  public StateMismatchException(String message) {
    super("state-mismatch", message);
  }

  /**
   * @param at the step whose state it is
   */
  public StateMismatchException(SourcePosition at, String message) {
    super("state-mismatch", at, message);
  }
}
