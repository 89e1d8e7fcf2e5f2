package dev.sluice.operators.plan;

import java.util.Collection;
import java.util.Optional;

/**
 * What a node keeps from batch to batch. Decided here alone: by it the dataflow opens and numbers
 * states, and the checkpoint remembers what must not change.
 */
public enum StateKind {
  AGGREGATE("stateStoreSave"),
  SESSIONS("sessionWindowStateStoreSaveExec"),
  DEDUPLICATE("dedupe"),
  DEDUPLICATE_WITHIN_WATERMARK("dedupeWithinWatermark"),
  JOIN("symmetricHashJoin"),
  TRANSFORM("transformWithStateExec"),
  LIMIT("globalLimit");

  private final String operatorName;

  StateKind(String operatorName) {
    this.operatorName = operatorName;
  }

  /** Spark's name of the operator in the progress of a query; part of the state's checkpoint. */
  public String operatorName() {
    return operatorName;
  }

  /**
   * What a node keeps; empty if nothing.
   *
   * @param modes the output modes of all sinks of the query, be they fed by this node or not
   */
  public static Optional<StateKind> of(Rel node, Collection<OutputMode> modes) {
    if (!Rel.streams(node)) {
      return Optional.empty();
    }
    if (node instanceof Rel.Aggregate aggregate) {
      return aggregate.scope() != Rel.Aggregate.Scope.STREAM
          ? Optional.empty()
          : Optional.of(aggregate.input() instanceof Rel.Sessions ? SESSIONS : AGGREGATE);
    }
    if (node instanceof Rel.Deduplicate deduplicate) {
      return Optional.of(
          deduplicate.withinWatermark() ? DEDUPLICATE_WITHIN_WATERMARK : DEDUPLICATE);
    }
    if (node instanceof Rel.Join join) {
      return Rel.streams(join.left()) && Rel.streams(join.right())
          ? Optional.of(JOIN)
          : Optional.empty();
    }
    if (node instanceof Rel.TransformWithState) {
      return Optional.of(TRANSFORM);
    }
    if (node instanceof Rel.Limit limit) {
      return modes.stream().anyMatch(mode -> countsWholeStream(limit, mode))
          ? Optional.of(LIMIT)
          : Optional.empty();
    }
    return Optional.empty();
  }

  /**
   * True if rows once given are never taken back, so that the limit counts over all batches: in
   * complete mode each batch gives the whole result anew.
   */
  public static boolean countsWholeStream(Rel.Limit limit, OutputMode mode) {
    return Rel.streams(limit) && !(mode == OutputMode.COMPLETE && keepsGroups(limit));
  }

  /** True if the rows of a node are the groups of a running aggregation, or come from such. */
  public static boolean keepsGroups(Rel rel) {
    return rel instanceof Rel.Aggregate aggregate && aggregate.scope() == Rel.Aggregate.Scope.STREAM
        || rel.inputs().stream().anyMatch(StateKind::keepsGroups);
  }
}
