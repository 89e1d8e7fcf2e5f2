package dev.sluice.runner.plan;

/** Runs plans: {@code embedded} here, {@code spark} on a cluster. */
public interface Engine {
  String name();

  /**
   * Locks the checkpoint, compares it with the plan, recovers, and starts; the run goes on in its
   * own thread. Throws {@link CheckpointLockedException} and {@link CheckpointMismatchException}
   * before any data moves.
   */
  Run start(Plan plan, RunEnvironment environment);
}
