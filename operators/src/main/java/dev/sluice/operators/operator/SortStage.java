package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.ValueOrder;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.plan.SortOrder;
import java.util.ArrayList;
import java.util.List;

/** Holds all rows, then gives them in order, through the first worker. Equal rows keep theirs. */
final class SortStage implements Stage {
  private final Rel.Sort node;
  private final Outputs out;
  private final CollectedRows rows;
  private final Evaluations keys;
  private final ValueOrder[] order;

  SortStage(Rel.Sort node, int workers, Outputs out) {
    this.node = node;
    this.out = out;
    this.rows = new CollectedRows(workers);
    this.keys =
        new Evaluations(node.orders().stream().map(SortOrder::expression).toList(), node.origin());
    this.order =
        node.orders().stream()
            .map(key -> ValueOrder.of(key.expression().type()))
            .toArray(ValueOrder[]::new);
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
    FlatColumn[][] sortKeys = new FlatColumn[all.size()][];
    int total = 0;
    for (int b = 0; b < sortKeys.length; b++) {
      List<Column> columns = keys.evaluate(all.get(b), context);
      sortKeys[b] = new FlatColumn[columns.size()];
      for (int k = 0; k < columns.size(); k++) {
        sortKeys[b][k] = columns.get(k).flatten();
      }
      total = Math.addExact(total, all.get(b).rows());
    }
    // A row is its batch above its place in it.
    long[] places = new long[total];
    int next = 0;
    for (int b = 0; b < sortKeys.length; b++) {
      for (int row = 0; row < all.get(b).rows(); row++) {
        places[next++] = (long) b << 32 | row;
      }
    }
    mergeSort(places, new long[total], 0, total, sortKeys);
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

  private void mergeSort(long[] places, long[] spare, int from, int to, FlatColumn[][] sortKeys) {
    if (to - from < 2) {
      return;
    }
    int middle = from + to >>> 1;
    mergeSort(places, spare, from, middle, sortKeys);
    mergeSort(places, spare, middle, to, sortKeys);
    if (compare(places[middle - 1], places[middle], sortKeys) <= 0) {
      return;
    }
    System.arraycopy(places, from, spare, from, middle - from);
    int left = from;
    int right = middle;
    int at = from;
    while (left < middle && right < to) {
      places[at++] =
          compare(spare[left], places[right], sortKeys) <= 0 ? spare[left++] : places[right++];
    }
    System.arraycopy(spare, left, places, at, middle - left);
  }

  private int compare(long a, long b, FlatColumn[][] sortKeys) {
    FlatColumn[] left = sortKeys[(int) (a >>> 32)];
    FlatColumn[] right = sortKeys[(int) (b >>> 32)];
    for (int k = 0; k < left.length; k++) {
      SortOrder key = node.orders().get(k);
      boolean leftNull = left[k].isNull((int) a);
      boolean rightNull = right[k].isNull((int) b);
      int result;
      if (leftNull || rightNull) {
        result = Boolean.compare(rightNull, leftNull) * (key.nullsFirst() ? 1 : -1);
      } else {
        result = order[k].compare(left[k], (int) a, right[k], (int) b) * (key.ascending() ? 1 : -1);
      }
      if (result != 0) {
        return result;
      }
    }
    return 0;
  }
}
