package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Schema;
import dev.sluice.operators.data.StructColumn;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.data.ValueOrder;
import dev.sluice.operators.expression.Access;
import dev.sluice.operators.expression.CollationKeys;
import dev.sluice.operators.expression.ColumnReference;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.plan.NamedExpression;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.plan.SortOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Holds all rows, orders them by key and start, and merges the sessions that overlap or touch in
 * one pass; gives the rows in that order, through the first worker.
 */
final class SessionStage implements Stage {
  private final Rel.Sessions node;
  private final Outputs out;
  private final CollectedRows rows;
  private final List<SortOrder> orders = new ArrayList<>();
  private final Evaluations keys;
  private final ValueOrder[] equality;

  SessionStage(Rel.Sessions node, int workers, Outputs out) {
    this.node = node;
    this.out = out;
    this.rows = new CollectedRows(workers);
    List<Expression> expressions =
        node.keys().stream().map(NamedExpression::expression).map(CollationKeys::of).toList();
    expressions.forEach(key -> orders.add(SortOrder.ascending(key)));
    Expression session =
        new ColumnReference(
            node.column(), "session", node.schema().field(node.column()).type(), false);
    orders.add(SortOrder.ascending(new Access.StructField(session, 0)));
    this.keys = new Evaluations(expressions, node.origin());
    this.equality =
        expressions.stream().map(key -> ValueOrder.of(key.type())).toArray(ValueOrder[]::new);
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
      emitMerged(all, worker.evaluation);
    }
  }

  private void emitMerged(List<Batch> all, EvaluationContext context) {
    long[] places = new RowSorter(orders, node.origin()).sort(all, context);
    FlatColumn[][] groups = new FlatColumn[all.size()][];
    LongColumn[] starts = new LongColumn[all.size()];
    LongColumn[] ends = new LongColumn[all.size()];
    for (int b = 0; b < groups.length; b++) {
      List<Column> columns = keys.evaluate(all.get(b), context);
      groups[b] = columns.stream().map(Column::flatten).toArray(FlatColumn[]::new);
      StructColumn sessions = (StructColumn) all.get(b).column(node.column()).flatten();
      starts[b] = (LongColumn) sessions.child(0).flatten();
      ends[b] = (LongColumn) sessions.child(1).flatten();
    }
    long[] from = new long[places.length];
    long[] to = new long[places.length];
    int first = 0;
    for (int i = 0; i < places.length; i++) {
      int batch = (int) (places[i] >>> 32);
      int row = (int) places[i];
      boolean joins =
          i > first
              && starts[batch].get(row) <= to[first]
              && sameGroup(groups, places[i - 1], places[i]);
      if (!joins) {
        Arrays.fill(to, first, i, i > first ? to[first] : 0);
        first = i;
        to[first] = ends[batch].get(row);
      }
      from[i] = joins ? from[first] : starts[batch].get(row);
      to[first] = Math.max(to[first], ends[batch].get(row));
    }
    if (first < places.length) {
      Arrays.fill(to, first, places.length, to[first]);
    }
    for (int i = 0; i < places.length; i += Batch.TARGET_ROWS) {
      out.emit(gather(all, places, from, to, i, Math.min(places.length, i + Batch.TARGET_ROWS)));
    }
  }

  private boolean sameGroup(FlatColumn[][] groups, long a, long b) {
    FlatColumn[] left = groups[(int) (a >>> 32)];
    FlatColumn[] right = groups[(int) (b >>> 32)];
    for (int k = 0; k < equality.length; k++) {
      if (equality[k].compare(left[k], (int) a, right[k], (int) b) != 0) {
        return false;
      }
    }
    return true;
  }

  private Batch gather(List<Batch> all, long[] places, long[] from, long[] to, int begin, int end) {
    Schema schema = node.schema();
    int count = end - begin;
    List<Column> columns = new ArrayList<>(schema.size());
    for (int c = 0; c < schema.size(); c++) {
      if (c == node.column()) {
        StructType type = (StructType) schema.field(c).type();
        LongColumn starts =
            new LongColumn(
                type.field(0).type(), Arrays.copyOfRange(from, begin, end), Validity.ALL, count);
        LongColumn ends =
            new LongColumn(
                type.field(1).type(), Arrays.copyOfRange(to, begin, end), Validity.ALL, count);
        columns.add(new StructColumn(type, List.of(starts, ends), Validity.ALL, count));
        continue;
      }
      ColumnBuilder builder = ColumnBuilder.of(schema.field(c).type(), count);
      for (int i = begin; i < end; i++) {
        builder.appendFrom(all.get((int) (places[i] >>> 32)).column(c), (int) places[i]);
      }
      columns.add(builder.build());
    }
    return new Batch(schema, columns, count);
  }
}
