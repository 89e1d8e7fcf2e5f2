package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.plan.Rel;
import java.util.List;

/** Holds all rows, then gives them in order, through the first worker. Equal rows keep theirs. */
final class SortStage implements Stage {
  private final Rel.Sort node;
  private final Outputs out;
  private final CollectedRows rows;

  SortStage(Rel.Sort node, int workers, Outputs out) {
    this.node = node;
    this.out = out;
    this.rows = new CollectedRows(workers);
  }

  @Override
  public void begin(Epoch epoch) {
    rows.clear();
  }

  @Override
  public void process(WorkerContext worker, Batch input) {
    if (input.rows() > 0) {
      rows.add(worker, input);
    }
  }

  @Override
  public void flush(WorkerContext worker) {}

  @Override
  public void emit(WorkerContext worker) {
    if (worker.index == 0) {
      List<Batch> all = rows.inOrder();
      rows.clear();
      worker.order = 0;
      emitSorted(all, worker.evaluation);
    }
  }

  private void emitSorted(List<Batch> all, EvaluationContext context) {
    long[] places = new RowSorter(node.orders(), node.origin()).sort(all, context);
    int total = places.length;
    for (int from = 0; from < total; from += Batch.TARGET_ROWS) {
      int to = Math.min(total, from + Batch.TARGET_ROWS);
      out.emit(Gathering.rows(node.schema(), all, places, from, to));
    }
  }
}
