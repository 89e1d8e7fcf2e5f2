package dev.sluice.operators.operator;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.ValueOrder;
import dev.sluice.operators.expression.CollationKeys;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.plan.Origin;
import dev.sluice.operators.plan.SortOrder;
import java.util.List;

/** Finds the order of the rows of several batches. Equal rows keep theirs. */
final class RowSorter {
  private final List<SortOrder> orders;
  private final Evaluations keys;
  private final ValueOrder[] order;

  RowSorter(List<SortOrder> orders, Origin origin) {
    this.orders = orders;
    List<Expression> expressions =
        orders.stream().map(SortOrder::expression).map(CollationKeys::of).toList();
    this.keys = new Evaluations(expressions, origin);
    this.order =
        expressions.stream().map(key -> ValueOrder.of(key.type())).toArray(ValueOrder[]::new);
  }

  /** The rows in order, each as its batch in the upper and its place there in the lower half. */
  long[] sort(List<Batch> all, EvaluationContext context) {
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
    long[] places = new long[total];
    int next = 0;
    for (int b = 0; b < sortKeys.length; b++) {
      for (int row = 0; row < all.get(b).rows(); row++) {
        places[next++] = (long) b << 32 | row;
      }
    }
    mergeSort(places, new long[total], 0, total, sortKeys);
    return places;
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
      SortOrder key = orders.get(k);
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
