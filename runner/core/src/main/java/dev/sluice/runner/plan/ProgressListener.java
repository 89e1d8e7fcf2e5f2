package dev.sluice.runner.plan;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Is told what a run does, by the thread of its loop. */
@FunctionalInterface
public interface ProgressListener {
  /** A batch is done, and durable. */
  void accept(Progress progress);

  /**
   * Nothing has come for ten seconds, or for ten seconds more: the run waits and is well. Spark's
   * {@code QueryIdleEvent}.
   *
   * @param json {@code id}, {@code runId}, {@code name}, {@code timestamp} and {@code idle: true}
   */
  default void idle(Map<String, @Nullable Object> json) {}
}
