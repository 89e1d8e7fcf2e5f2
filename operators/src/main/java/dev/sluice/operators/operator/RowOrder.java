package dev.sluice.operators.operator;

import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.CollatedType;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongColumn;
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
      mergeSort(places, new int[rows], prefixes(rows), new long[rows], 0, rows);
    }
    return places;
  }

  /** The rows and, moved with them, numbers whose order decides wherever they differ. */
  private void mergeSort(
      int[] places, int[] spare, long[] prefixes, long[] sparePrefixes, int from, int to) {
    if (to - from < 2) {
      return;
    }
    int middle = from + to >>> 1;
    mergeSort(places, spare, prefixes, sparePrefixes, from, middle);
    mergeSort(places, spare, prefixes, sparePrefixes, middle, to);
    if (prefixes[middle - 1] < prefixes[middle]
        || prefixes[middle - 1] == prefixes[middle]
            && compare(places[middle - 1], places[middle]) <= 0) {
      return;
    }
    System.arraycopy(places, from, spare, from, middle - from);
    System.arraycopy(prefixes, from, sparePrefixes, from, middle - from);
    int left = from;
    int right = middle;
    int at = from;
    while (left < middle && right < to) {
      boolean takeLeft =
          sparePrefixes[left] < prefixes[right]
              || sparePrefixes[left] == prefixes[right] && compare(spare[left], places[right]) <= 0;
      int taken = takeLeft ? spare[left] : places[right];
      prefixes[at] = takeLeft ? sparePrefixes[left++] : prefixes[right++];
      places[at++] = taken;
    }
    System.arraycopy(spare, left, places, at, middle - left);
    System.arraycopy(sparePrefixes, left, prefixes, at, middle - left);
  }

  /** Numbers in the order of the first key, as far as eight bytes can tell; 0 if they cannot. */
  private long[] prefixes(int rows) {
    long[] prefixes = new long[rows];
    FlatColumn key = keys[0];
    if (key.type() instanceof CollatedType) {
      return prefixes;
    }
    for (int i = 0; i < rows; i++) {
      if (key.isNull(i)) {
        prefixes[i] = nullsFirst[0] ? Long.MIN_VALUE : Long.MAX_VALUE;
      } else {
        long prefix = prefix(key, i);
        prefixes[i] = ascending[0] ? prefix : ~prefix;
      }
    }
    return prefixes;
  }

  private static long prefix(FlatColumn key, int row) {
    if (key instanceof LongColumn longs) {
      return longs.get(row);
    } else if (key instanceof IntColumn ints) {
      return ints.get(row);
    } else if (key instanceof DoubleColumn doubles) {
      // Adding 0.0 makes -0.0 what it is equal to.
      long bits = Double.doubleToLongBits(doubles.get(row) + 0.0);
      return bits ^ (bits >> 63) & Long.MAX_VALUE;
    } else if (key instanceof BytesColumn bytes) {
      long prefix = 0;
      int start = bytes.starts()[row];
      int length = Math.min(8, bytes.lengths()[row]);
      for (int i = 0; i < length; i++) {
        prefix |= (bytes.data()[start + i] & 0xFFL) << 56 - 8 * i;
      }
      return prefix ^ Long.MIN_VALUE;
    }
    return 0;
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
