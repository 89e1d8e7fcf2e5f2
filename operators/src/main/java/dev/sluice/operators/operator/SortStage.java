package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.plan.Rel;
import java.util.ArrayList;
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
      out.emit(gather(all, places, from, Math.min(total, from + Batch.TARGET_ROWS)));
    }
  }

  private Batch gather(List<Batch> all, long[] places, int from, int to) {
    Schema schema = node.schema();
    List<Column> columns = new ArrayList<>(schema.size());
    for (int c = 0; c < schema.size(); c++) {
      Field field = schema.field(c);
      ColumnBuilder builder = ColumnBuilder.of(field.type(), to - from);
      for (int i = from; i < to; i++) {
        builder.appendFrom(all.get((int) (places[i] >>> 32)).column(c), (int) places[i]);
      }
      columns.add(builder.build());
    }
    return new Batch(schema, columns, to - from);
  }
}
