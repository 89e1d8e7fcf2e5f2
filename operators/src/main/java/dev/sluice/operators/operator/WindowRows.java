package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Columns;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.ValueOrder;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.plan.Rel;
import dev.sluice.operators.plan.SortOrder;
import dev.sluice.operators.plan.WindowFrame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** All rows of a window node in order, and where their partitions and peers begin and end. */
final class WindowRows {
  /** For each row the rows {@code from[i]} to {@code to[i]}, the last one excluded. */
  record Frames(int[] from, int[] to) {}

  private final Rel.Window node;
  private final EvaluationContext context;
  private final Batch input;
  private final int[] sorted;
  private final int rows;

  /** By row: where its partition, and the rows sorted as it is, begin and end. */
  final int[] partitionStart;

  final int[] partitionEnd;
  final int[] peerStart;
  final int[] peerEnd;

  WindowRows(Rel.Window node, List<Batch> batches, EvaluationContext context) {
    this.node = node;
    this.context = context;
    this.input = joined(node, batches);
    this.rows = input.rows();
    List<FlatColumn> keys = new ArrayList<>();
    node.partition().forEach(key -> keys.add(evaluated(key)));
    node.order().forEach(key -> keys.add(evaluated(key.expression())));
    RowOrder order = new RowOrder(keys, node.order());
    this.sorted = order.sorted(rows);
    this.partitionStart = new int[rows];
    this.partitionEnd = new int[rows];
    this.peerStart = new int[rows];
    this.peerEnd = new int[rows];
    int parts = node.partition().size();
    for (int i = 0; i < rows; i++) {
      boolean samePartition = i > 0 && order.same(sorted[i - 1], sorted[i], 0, parts);
      boolean peer =
          samePartition && order.same(sorted[i - 1], sorted[i], parts, node.order().size());
      partitionStart[i] = samePartition ? partitionStart[i - 1] : i;
      peerStart[i] = peer ? peerStart[i - 1] : i;
    }
    for (int i = rows - 1; i >= 0; i--) {
      boolean last = i == rows - 1;
      partitionEnd[i] = !last && partitionStart[i + 1] <= i ? partitionEnd[i + 1] : i + 1;
      peerEnd[i] = !last && peerStart[i + 1] <= i ? peerEnd[i + 1] : i + 1;
    }
  }

  private static Batch joined(Rel.Window node, List<Batch> batches) {
    if (batches.size() == 1) {
      return batches.get(0);
    }
    int total = 0;
    for (Batch batch : batches) {
      total = Math.addExact(total, batch.rows());
    }
    List<Column> columns = new ArrayList<>();
    for (int c = 0; c < node.input().schema().size(); c++) {
      int at = c;
      columns.add(
          Columns.concatenate(
              node.input().schema().field(c).type(),
              batches.stream().map(batch -> batch.column(at)).toList()));
    }
    return new Batch(node.input().schema(), columns, total);
  }

  int rows() {
    return rows;
  }

  /** The columns of the input, sorted. */
  List<Column> columns() {
    List<Column> columns = new ArrayList<>();
    for (int c = 0; c < node.input().schema().size(); c++) {
      columns.add(input.column(c).select(sorted, rows));
    }
    return columns;
  }

  private FlatColumn evaluated(Expression expression) {
    return Evaluations.evaluate(expression, input, context, node.origin()).flatten();
  }

  /** An expression over the input, sorted. */
  FlatColumn sortedColumn(Expression expression) {
    return evaluated(expression).select(sorted, rows).flatten();
  }

  /** The frame of each row. */
  Frames frames(WindowFrame frame) {
    int[] from = lower(frame.lower(), frame.rows());
    int[] to = upper(frame.upper(), frame.rows());
    for (int i = 0; i < rows; i++) {
      to[i] = Math.max(from[i], to[i]);
    }
    return new Frames(from, to);
  }

  private int[] lower(WindowFrame.Bound bound, boolean byRows) {
    if (bound == WindowFrame.Edge.UNBOUNDED_PRECEDING) {
      return partitionStart;
    }
    if (bound == WindowFrame.Edge.CURRENT_ROW) {
      return byRows ? counted(0) : peerStart;
    }
    if (bound instanceof WindowFrame.Rows offset) {
      return counted(offset.offset());
    }
    return valued((WindowFrame.Value) bound, -1);
  }

  private int[] upper(WindowFrame.Bound bound, boolean byRows) {
    if (bound == WindowFrame.Edge.UNBOUNDED_FOLLOWING) {
      return partitionEnd.clone();
    }
    if (bound == WindowFrame.Edge.CURRENT_ROW) {
      return byRows ? counted(1) : peerEnd.clone();
    }
    if (bound instanceof WindowFrame.Rows offset) {
      return counted(offset.offset() + 1L);
    }
    return valued((WindowFrame.Value) bound, 0);
  }

  private int[] counted(long offset) {
    int[] places = new int[rows];
    for (int i = 0; i < rows; i++) {
      places[i] = (int) Math.max(partitionStart[i], Math.min((long) partitionEnd[i], i + offset));
    }
    return places;
  }

  /**
   * The first row of the partition whose key comes after the limit of each row: by more than {@code
   * below}, which is -1 where the limit itself is wanted too. Both go up together.
   */
  private int[] valued(WindowFrame.Value bound, int below) {
    FlatColumn keys = sortedColumn(bound.key());
    FlatColumn limits = sortedColumn(bound.limit());
    ValueOrder order = ValueOrder.of(keys.type());
    SortOrder by = node.order().get(0);
    int[] places = new int[rows];
    int at = 0;
    for (int i = 0; i < rows; i++) {
      at = i == partitionStart[i] ? i : at;
      while (at < partitionEnd[i]
          && RowOrder.compare(order, keys, at, limits, i, by.ascending(), by.nullsFirst())
              <= below) {
        at++;
      }
      places[i] = at;
    }
    return places;
  }

  /** The places of the values that are not null. */
  static int[] notNull(FlatColumn column) {
    int[] places = new int[column.size()];
    int count = 0;
    for (int i = 0; i < places.length; i++) {
      if (!column.isNull(i)) {
        places[count++] = i;
      }
    }
    return Arrays.copyOf(places, count);
  }
}
