package dev.sluice.runner.pipeline;

import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.plan.OutputMode;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.plan.StateProgram;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * What may stand around a {@code transformWithState} step in which output mode. Rules and texts are
 * those of Spark's {@code flatMapGroupsWithState}, whose function has a mode of its own: here that
 * of the sink, unless the step says another.
 */
final class StateRules {
  private static final String UNSUPPORTED = "unsupported-operation";

  private final OutputMode mode;
  private final SourcePosition modeAt;
  private final boolean aggregates;
  private final Problems problems;

  private StateRules(
      OutputMode mode, SourcePosition modeAt, boolean aggregates, Problems problems) {
    this.mode = mode;
    this.modeAt = modeAt;
    this.aggregates = aggregates;
    this.problems = problems;
  }

  /**
   * Checks the rows of one sink.
   *
   * @param modeAt where the output mode stands
   * @param aggregates whether there is a running aggregation
   */
  static void check(
      Rel root, OutputMode mode, SourcePosition modeAt, boolean aggregates, Problems problems) {
    List<Rel> all = new ArrayList<>();
    collect(root, all, Collections.newSetFromMap(new IdentityHashMap<>()));
    List<Rel.TransformWithState> folds = new ArrayList<>();
    for (Rel rel : all) {
      if (rel instanceof Rel.TransformWithState fold && Rel.streams(fold)) {
        folds.add(fold);
      }
    }
    StateRules rules = new StateRules(mode, modeAt, aggregates, problems);
    boolean known = true;
    for (Rel.TransformWithState fold : folds) {
      known &= rules.checkMode(fold);
    }
    if (known) {
      rules.checkSeveral(folds);
    }
    all.forEach(rules::refuseAboveTimeouts);
  }

  private static void collect(Rel rel, List<Rel> into, Set<Rel> seen) {
    if (seen.add(rel)) {
      rel.inputs().forEach(input -> collect(input, into, seen));
      into.add(rel);
    }
  }

  /** False after a mistake. */
  private boolean checkMode(Rel.TransformWithState fold) {
    SourcePosition at = fold.origin().at();
    OutputMode own = fold.program().outputMode().orElse(mode);
    if (own == OutputMode.COMPLETE) {
      // Without an aggregation the mode is refused by itself.
      if (aggregates) {
        problems.error(
            "unsupported-output-mode",
            modeAt,
            "The output mode of function should be append or update: the step at "
                + at
                + " gives rows that it does not take back",
            "say 'outputMode: append' in that step");
      }
      return false;
    }
    if (aggregates && own == OutputMode.UPDATE) {
      problems.error(
          UNSUPPORTED,
          at,
          "flatMapGroupsWithState in update mode is not supported with aggregation on a streaming"
              + " DataFrame/Dataset",
          "say 'outputMode: append' in this step");
      return false;
    }
    if (!aggregates && own != mode) {
      problems.error(
          UNSUPPORTED,
          at,
          "flatMapGroupsWithState in "
              + own
              + " mode is not supported with "
              + mode
              + " output mode on a streaming DataFrame/Dataset",
          "let the step and its sink have the same outputMode");
      return false;
    }
    return true;
  }

  private void checkSeveral(List<Rel.TransformWithState> folds) {
    boolean append =
        mode == OutputMode.APPEND
            && folds.stream()
                .allMatch(f -> f.program().outputMode().orElse(mode) == OutputMode.APPEND);
    if (folds.size() > 1 && !append) {
      problems.error(
          UNSUPPORTED,
          folds.get(1).origin().at(),
          "Multiple flatMapGroupsWithStates are not supported when they are not all in append mode"
              + " or the output mode is not append on a streaming DataFrames/Datasets",
          "use outputMode append");
    }
  }

  private void refuseAboveTimeouts(Rel rel) {
    if (EventTimeRules.isStateful(rel)
        && rel.inputs().stream().anyMatch(StateRules::timesOutByEvents)) {
      problems.error(
          UNSUPPORTED,
          rel.origin().at(),
          "Detected pattern of possible 'correctness' issue due to global watermark: a step"
              + " below gives rows of event-time timeouts, which are late here",
          "let the step below time out by processing time, or give this one a pipeline of its"
              + " own");
    }
  }

  private static boolean timesOutByEvents(Rel rel) {
    return rel instanceof Rel.TransformWithState fold
            && Rel.streams(rel)
            && fold.program().timesOutBy(StateProgram.Clock.EVENT_TIME)
        || rel.inputs().stream().anyMatch(StateRules::timesOutByEvents);
  }
}
