package dev.sluice.operators.operator;

import dev.sluice.operators.expression.EvaluationContext;

/** What the operators of one worker share while an epoch runs. */
final class WorkerContext {
  final int index;
  EvaluationContext evaluation = EvaluationContext.NONE;

  /** The place of the rows under way in the input of the epoch: rows of lower order come first. */
  long order;

  WorkerContext(int index) {
    this.index = index;
  }
}
