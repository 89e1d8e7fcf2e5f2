package dev.sluice.operators.diagnostics;

import org.jspecify.annotations.Nullable;

/** Another run wrote into the checkpoint of this one, so it is in use: exit code 3. */
public final class CheckpointTakenException extends PipelineException {
  /**
   * @param location the file that the other run has written
   */
  public CheckpointTakenException(String location, @Nullable Throwable cause) {
    super(
        "CONCURRENT_STREAM_LOG_UPDATE",
        "another run wrote '" + location + "' meanwhile; let only one run use a checkpoint",
        cause);
  }
}
