package dev.sluice.runner.pipeline;

import dev.sluice.operators.diagnostics.Problems;
import dev.sluice.operators.optimizer.ColumnPruning;
import dev.sluice.operators.plan.EventTime;
import dev.sluice.operators.plan.OutputMode;
import dev.sluice.operators.plan.Rel;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * What keeps state goes by one event time, and above an aggregation only in append mode: rules of
 * Spark, of which it finds the first while it plans the first batch.
 */
final class EventTimeRules {
  private static final String UNSUPPORTED = "unsupported-operation";

  private final Problems problems;
  private final ColumnPruning pruning;

  private EventTimeRules(Rel root, Problems problems) {
    this.problems = problems;
    this.pruning = ColumnPruning.over(root);
  }

  /** Checks the rows of one sink, each node once, however many read it. */
  static void check(Rel root, Problems problems) {
    EventTimeRules rules = new EventTimeRules(root, problems);
    rules.pruning.nodes().forEach(rules::visit);
  }

  private void visit(Rel rel) {
    if (OutputRules.isRunning(rel)) {
      int keys = ((Rel.Aggregate) rel).keys().size();
      BitSet all = new BitSet();
      all.set(0, keys);
      refuseSeveral(rel, rel, all);
    } else if (keepsRows(rel)) {
      rel.inputs().forEach(input -> refuseSeveral(rel, input, pruning.of(input)));
    }
  }

  private static boolean keepsRows(Rel rel) {
    return Rel.streams(rel)
        && (rel instanceof Rel.Deduplicate
            || rel instanceof Rel.TransformWithState
            || rel instanceof Rel.Join join && ofStreams(join));
  }

  private static boolean ofStreams(Rel.Join join) {
    return Rel.streams(join.left()) && Rel.streams(join.right());
  }

  /** {@code used} are the columns that count; what no step reads is not there. */
  private void refuseSeveral(Rel at, Rel rows, BitSet used) {
    List<String> names = new ArrayList<>();
    for (EventTime.Marked column : EventTime.columns(rows)) {
      if (used.get(column.index())) {
        names.add(rows.schema().field(column.index()).name());
      }
    }
    if (names.size() > 1) {
      problems.error(
          UNSUPPORTED,
          at.origin().at(),
          "More than one event time columns are available: there must be at most one where state is"
              + " kept, and here are ("
              + String.join(", ", names)
              + ")",
          "leave out all but one before this step, or compute with it: what is computed is no event"
              + " time");
    }
  }

  /**
   * True for what goes by the watermark, or groups: it must not stand above what gives rows that
   * are late already. Duplicates without event time among the keys are kept for ever, and do not
   * care.
   */
  static boolean isStateful(Rel rel) {
    if (!Rel.streams(rel)) {
      return false;
    }
    if (rel instanceof Rel.Deduplicate duplicates) {
      return duplicates.withinWatermark()
          || EventTime.columns(duplicates.input()).stream()
              .anyMatch(column -> duplicates.keys().contains(column.index()));
    }
    return OutputRules.isRunning(rel)
        || rel instanceof Rel.TransformWithState
        || rel instanceof Rel.Join join && ofStreams(join);
  }

  /** Refuses state above running aggregations, whose rows come out again when they change. */
  static void refuseStateAbove(Rel rel, OutputMode mode, Problems problems) {
    if (isStateful(rel)
        && rel.inputs().stream().anyMatch(i -> !OutputRules.runningIn(i).isEmpty())) {
      problems.error(
          UNSUPPORTED,
          rel.origin().at(),
          "Detected pattern of possible 'correctness' issue due to global watermark: an aggregation"
              + " below gives rows in outputMode "
              + mode
              + " that are late here",
          "what keeps state above an aggregation works in append mode only");
      return;
    }
    rel.inputs().forEach(input -> refuseStateAbove(input, mode, problems));
  }
}
