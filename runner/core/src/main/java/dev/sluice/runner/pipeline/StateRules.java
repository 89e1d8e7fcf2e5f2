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
 * those of Spark's {@code flatMapGroupsWithState}, whose function has the mode of the query.
 */
final class StateRules {
  private StateRules() {}

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
    List<Rel> found = all.stream().filter(StateRules::isFold).toList();
    if (found.isEmpty()) {
      return;
    }
    SourcePosition at = found.get(0).origin().at();
    if (mode == OutputMode.COMPLETE && aggregates) {
      problems.error(
          "unsupported-output-mode",
          modeAt,
          "The output mode of function should be append or update: the step at "
              + at
              + " gives rows that it does not take back",
          "use outputMode append");
    } else if (mode == OutputMode.UPDATE && aggregates) {
      problems.error(
          "unsupported-operation",
          at,
          "flatMapGroupsWithState in update mode is not supported with aggregation on a streaming"
              + " DataFrame/Dataset",
          "use outputMode append");
    } else if (mode == OutputMode.UPDATE && found.size() > 1) {
      problems.error(
          "unsupported-operation",
          found.get(1).origin().at(),
          "Multiple flatMapGroupsWithStates are not supported when they are not all in append mode"
              + " or the output mode is not append on a streaming DataFrames/Datasets",
          "use outputMode append");
    }
    for (Rel rel : all) {
      if (keepsState(rel) && rel.inputs().stream().anyMatch(StateRules::timesOutByEvents)) {
        problems.error(
            "unsupported-operation",
            rel.origin().at(),
            "Detected pattern of possible 'correctness' issue due to global watermark: a step"
                + " below gives rows of event-time timeouts, which are late here",
            "let the step below time out by processing time, or give this one a pipeline of its"
                + " own");
      }
    }
  }

  private static void collect(Rel rel, List<Rel> into, Set<Rel> seen) {
    if (seen.add(rel)) {
      rel.inputs().forEach(input -> collect(input, into, seen));
      into.add(rel);
    }
  }

  private static boolean isFold(Rel rel) {
    return rel instanceof Rel.TransformWithState && Rel.streams(rel);
  }

  private static boolean keepsState(Rel rel) {
    if (!Rel.streams(rel)) {
      return false;
    }
    if (rel instanceof Rel.Join join) {
      return Rel.streams(join.left()) && Rel.streams(join.right());
    }
    return isFold(rel)
        || rel instanceof Rel.Deduplicate
        || rel instanceof Rel.Aggregate aggregate
            && aggregate.scope() == Rel.Aggregate.Scope.STREAM;
  }

  private static boolean timesOutByEvents(Rel rel) {
    return isFold(rel)
            && ((Rel.TransformWithState) rel).program().timesOutBy(StateProgram.Clock.EVENT_TIME)
        || rel.inputs().stream().anyMatch(StateRules::timesOutByEvents);
  }
}
