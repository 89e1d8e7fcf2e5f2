package dev.sluice.runner.checkpoint;

import dev.sluice.runner.plan.CheckpointMismatchException;

/** Files of a checkpoint that cannot be read or do not fit together. */
final class Damage {
  private Damage() {}

  static CheckpointMismatchException file(String location, String what) {
    return new CheckpointMismatchException(
        "checkpoint-damaged",
        "the checkpoint file '"
            + location
            + "' is damaged: "
            + what
            + "; restore it from a copy, or start with a new checkpointLocation");
  }

  static CheckpointMismatchException missing(String location, String why) {
    return new CheckpointMismatchException(
        "checkpoint-incomplete",
        "the checkpoint file '"
            + location
            + "' is missing: "
            + why
            + "; restore it from a copy, or start with a new checkpointLocation");
  }
}
