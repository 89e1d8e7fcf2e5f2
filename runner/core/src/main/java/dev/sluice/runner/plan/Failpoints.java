package dev.sluice.runner.plan;

/** Named steps of the loop, at which tests crash it. */
@FunctionalInterface
public interface Failpoints {
  Failpoints NONE = (step, epochId) -> {};

  /** The steps, in the order of a batch. */
  enum Step {
    BEFORE_OFFSETS,
    AFTER_OFFSETS,
    MID_SINK_WRITE,
    AFTER_STATE_COMMIT,
    /** Between two of several sinks. */
    MID_SINK_COMMIT,
    AFTER_SINK_COMMIT,
    BEFORE_COMMITS,
    AFTER_COMMITS,
    MID_CLEANUP,
    DURING_RECOVERY
  }

  void reached(Step step, long epochId);
}
