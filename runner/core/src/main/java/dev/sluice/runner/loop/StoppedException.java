package dev.sluice.runner.loop;

/** The batch under way was given up, because the run was asked to stop. */
final class StoppedException extends RuntimeException {
  StoppedException() {
    super("stopped", null, false, false);
  }
}
