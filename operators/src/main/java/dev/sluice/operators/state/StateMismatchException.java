package dev.sluice.operators.state;

import dev.sluice.operators.diagnostics.CheckpointException;

/** The state in the checkpoint is not that of this pipeline. */
public final class StateMismatchException extends CheckpointException {
  public StateMismatchException(String message) {
    super("state-mismatch", message);
  }
}
