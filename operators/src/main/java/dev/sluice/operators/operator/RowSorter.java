package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Columns;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.expression.CollationKeys;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.SortOrder;
import java.util.ArrayList;
import java.util.List;

/** Finds the order of the rows of several batches. Equal rows keep theirs. */
final class RowSorter {
  private final List<SortOrder> orders;
  private final Evaluations keys;
  private final List<DataType> types;

  RowSorter(List<SortOrder> orders, Origin origin) {
    this.orders = orders;
    List<Expression> expressions =
        orders.stream().map(SortOrder::expression).map(CollationKeys::of).toList();
    this.keys = new Evaluations(expressions, origin);
    this.types = expressions.stream().map(Expression::type).toList();
  }

  /** What the rows of a batch are ordered by. */
  List<Column> keys(Batch batch, EvaluationContext context) {
    return keys.evaluate(batch, context);
  }

  /** The rows in order, each as its batch in the upper and its place there in the lower half. */
  long[] sort(List<Batch> all, EvaluationContext context) {
    List<List<Column>> parts = new ArrayList<>();
    orders.forEach(key -> parts.add(new ArrayList<>()));
    int total = 0;
    for (Batch batch : all) {
      List<Column> columns = keys.evaluate(batch, context);
      for (int k = 0; k < columns.size(); k++) {
        parts.get(k).add(columns.get(k));
      }
      total = Math.addExact(total, batch.rows());
    }
    List<FlatColumn> joined = new ArrayList<>();
    for (int k = 0; k < types.size(); k++) {
      joined.add(Columns.concatenate(types.get(k), parts.get(k)));
    }
    int[] sorted = new RowOrder(joined, orders).sorted(total);
    long[] unsorted = new long[total];
    int next = 0;
    for (int b = 0; b < all.size(); b++) {
      for (int row = 0; row < all.get(b).rows(); row++) {
        unsorted[next++] = (long) b << 32 | row;
      }
    }
    long[] places = new long[total];
    for (int i = 0; i < total; i++) {
      places[i] = unsorted[sorted[i]];
    }
    return places;
  }
}
