package dev.sluice.runner.plan;

import dev.sluice.operators.diagnostics.CheckpointException;
import java.util.function.Supplier;

/** Runs plans. {@code embedded}, in this process, is the one there is; another goes here. */
public interface Engine {
  String name();

  /** As below, with a plan that is there already. */
  default Run start(Plan plan, RunEnvironment environment) {
    String checkpoint =
        plan.checkpointLocation()
            .orElseThrow(() -> new IllegalArgumentException("a plan needs a checkpoint location"));
    return start(checkpoint, () -> plan, environment);
  }

  /**
   * Locks the checkpoint, asks for the plan (sources read their logs when they are opened, which
   * must not happen beside another run), compares, recovers, and starts; the run goes on in its own
   * thread. Throws {@link CheckpointLockedException} and {@link CheckpointException} before any
   * data moves.
   */
  Run start(String checkpoint, Supplier<Plan> plan, RunEnvironment environment);
}
