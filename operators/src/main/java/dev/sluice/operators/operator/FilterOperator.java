package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.diagnostics.PipelineException;
import dev.sluice.operators.plan.Rel;

/** Passes the rows for which the condition is true, as positions of the columns that came. */
final class FilterOperator implements Operator {
  private final Rel.Filter node;
  private final WorkerContext worker;

  FilterOperator(Rel.Filter node, WorkerContext worker) {
    this.node = node;
    this.worker = worker;
  }

  @Override
  public void process(Batch input, Emitter out) {
    if (input.rows() == 0) {
      return;
    }
    Column condition;
    try {
      condition = Evaluations.evaluate(node.condition(), input, worker.evaluation, node.origin());
    } catch (PipelineException e) {
      if (!Evaluations.halvesHelp(e, input)) {
        throw e;
      }
      process(input.slice(0, input.rows() / 2), out);
      process(input.slice(input.rows() / 2, input.rows()), out);
      return;
    }
    Batch kept = keep(input, condition);
    if (kept.rows() > 0) {
      out.emit(kept);
    }
  }

  /** The rows where the condition is true; the batch itself if it is true everywhere. */
  static Batch keep(Batch input, Column condition) {
    int rows = input.rows();
    if (condition instanceof ConstantColumn constant) {
      return isTrue(constant.one()) ? input : input.slice(0, 0);
    }
    int[] positions = new int[rows];
    int count = positions(condition.flatten(), rows, positions);
    return count == rows ? input : input.select(positions, count);
  }

  private static boolean isTrue(FlatColumn one) {
    return !one.isNull(0) && one instanceof BooleanColumn booleans && booleans.get(0);
  }

  /** Writes the positions where the condition is true; how many. */
  static int positions(FlatColumn condition, int rows, int[] into) {
    if (!(condition instanceof BooleanColumn booleans)) {
      return 0;
    }
    boolean[] values = booleans.values();
    Validity validity = condition.validity();
    int count = 0;
    if (validity == Validity.ALL) {
      for (int row = 0; row < rows; row++) {
        into[count] = row;
        count += values[row] ? 1 : 0;
      }
    } else {
      for (int row = 0; row < rows; row++) {
        into[count] = row;
        count += values[row] && validity.isValid(row) ? 1 : 0;
      }
    }
    return count;
  }
}
