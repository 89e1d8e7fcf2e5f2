package dev.sluice.runner.plan;

import dev.sluice.operators.diagnostics.PipelineException;

/** Another run has the checkpoint; exit code 3. */
public final class CheckpointLockedException extends PipelineException {
  public CheckpointLockedException(String message) {
    super("checkpoint-locked", message);
  }
}
