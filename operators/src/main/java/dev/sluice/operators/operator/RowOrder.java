package dev.sluice.operators.operator;

import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.ValueOrder;
import dev.sluice.operators.plan.SortOrder;
import java.util.List;

/** Compares and sorts rows by columns that stand for the keys of a sort. */
final class RowOrder {
  private final FlatColumn[] keys;
  private final ValueOrder[] order;
  private final boolean[] ascending;
  private final boolean[] nullsFirst;

  /** {@code columns} may be more than {@code orders}: those before count ascending. */
  RowOrder(List<FlatColumn> columns, List<SortOrder> orders) {
    int plain = columns.size() - orders.size();
    keys = columns.toArray(new FlatColumn[0]);
    order = new ValueOrder[keys.length];
    ascending = new boolean[keys.length];
    nullsFirst = new boolean[keys.length];
    for (int k = 0; k < keys.length; k++) {
      order[k] = ValueOrder.of(keys[k].type());
      ascending[k] = k < plain || orders.get(k - plain).ascending();
      nullsFirst[k] = k < plain || orders.get(k - plain).nullsFirst();
    }
  }

  /** Whether the first {@code count} keys of two rows are equal. */
  boolean same(int a, int b, int from, int count) {
    for (int k = from; k < from + count; k++) {
      if (order[k].compare(keys[k], a, keys[k], b) != 0) {
        return false;
      }
    }
    return true;
  }

  /** All rows in order; equal ones keep theirs. */
  int[] sorted(int rows) {
    int[] places = new int[rows];
    for (int i = 0; i < rows; i++) {
      places[i] = i;
    }
    if (keys.length > 0) {
      mergeSort(places, new int[rows], 0, rows);
    }
    return places;
  }

  private void mergeSort(int[] places, int[] spare, int from, int to) {
    if (to - from < 2) {
      return;
    }
    int middle = from + to >>> 1;
    mergeSort(places, spare, from, middle);
    mergeSort(places, spare, middle, to);
    if (compare(places[middle - 1], places[middle]) <= 0) {
      return;
    }
    System.arraycopy(places, from, spare, from, middle - from);
    int left = from;
    int right = middle;
    int at = from;
    while (left < middle && right < to) {
      places[at++] = compare(spare[left], places[right]) <= 0 ? spare[left++] : places[right++];
    }
    System.arraycopy(spare, left, places, at, middle - left);
  }

  private int compare(int a, int b) {
    for (int k = 0; k < keys.length; k++) {
      int result = compare(order[k], keys[k], a, keys[k], b, ascending[k], nullsFirst[k]);
      if (result != 0) {
        return result;
      }
    }
    return 0;
  }

  /** The order of two values of a key that may be null. */
  static int compare(
      ValueOrder order,
      FlatColumn a,
      int i,
      FlatColumn b,
      int j,
      boolean ascending,
      boolean nullsFirst) {
    boolean leftNull = a.isNull(i);
    boolean rightNull = b.isNull(j);
    if (leftNull || rightNull) {
      return Boolean.compare(rightNull, leftNull) * (nullsFirst ? 1 : -1);
    }
    return order.compare(a, i, b, j) * (ascending ? 1 : -1);
  }
}
