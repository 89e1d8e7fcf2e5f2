package dev.sluice.operators.function.collection;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.FloatColumn;
import dev.sluice.operators.data.ValueHash;
import dev.sluice.operators.data.ValueOrder;
import java.util.Arrays;

/**
 * The different values of one row's collections: cleared for every row, at no cost. Null is a
 * value.
 */
final class ValueSet {
  private final ValueOrder order;
  private final boolean twoZeros;
  private int[] table = new int[32];
  private int[] stamps = new int[32];
  private int stamp = 1;
  private Column[] columns = new Column[16];
  private int[] rows = new int[16];
  private long[] hashes = new long[16];
  private int size;

  ValueSet(ValueOrder order) {
    this(order, false);
  }

  private ValueSet(ValueOrder order, boolean twoZeros) {
    this.order = order;
    this.twoZeros = twoZeros;
  }

  /** For elements of arrays: as in Spark, the two zeros are two values then, all NaN are one. */
  static ValueSet ofElements(ValueOrder order) {
    return new ValueSet(order, true);
  }

  void clear() {
    stamp++;
    size = 0;
  }

  int size() {
    return size;
  }

  /** True if the value was not there yet. */
  boolean add(Column column, int row) {
    long hash = hash(column, row);
    int at = find(column, row, hash);
    if (at < 0) {
      return false;
    }
    if (size == rows.length) {
      columns = Arrays.copyOf(columns, size * 2);
      rows = Arrays.copyOf(rows, size * 2);
      hashes = Arrays.copyOf(hashes, size * 2);
    }
    columns[size] = column;
    rows[size] = row;
    hashes[size] = hash;
    table[at] = size++;
    stamps[at] = stamp;
    if (size * 2 > table.length) {
      rehash();
    }
    return true;
  }

  boolean contains(Column column, int row) {
    return find(column, row, hash(column, row)) < 0;
  }

  /** The number of a value that is there, in the order in which values were added, or -1. */
  int indexOf(Column column, int row) {
    int at = find(column, row, hash(column, row));
    return at < 0 ? table[-at - 1] : -1;
  }

  private long hash(Column column, int row) {
    long hash = ValueHash.of(column, row);
    return twoZeros && !column.isNull(row) && isNegativeZero(column, row) ? hash + 1 : hash;
  }

  private static boolean isNegativeZero(Column column, int row) {
    return column.type() == AtomicType.DOUBLE
        ? isNegativeZero(((DoubleColumn) column.flatten()).get(row))
        : column.type() == AtomicType.FLOAT
            && isNegativeZero(((FloatColumn) column.flatten()).get(row));
  }

  private static boolean isNegativeZero(double value) {
    return value == 0.0 && Double.doubleToRawLongBits(value) != 0L;
  }

  /** A free place, or -1 - the place of an equal value. */
  private int find(Column column, int row, long hash) {
    int mask = table.length - 1;
    int at = (int) hash & mask;
    for (; stamps[at] == stamp; at = (at + 1) & mask) {
      int entry = table[at];
      if (hashes[entry] == hash && order.compare(columns[entry], rows[entry], column, row) == 0) {
        return -at - 1;
      }
    }
    return at;
  }

  private void rehash() {
    int capacity = table.length * 2;
    table = new int[capacity];
    stamps = new int[capacity];
    for (int entry = 0; entry < size; entry++) {
      int at = (int) hashes[entry] & (capacity - 1);
      while (stamps[at] == stamp) {
        at = (at + 1) & (capacity - 1);
      }
      table[at] = entry;
      stamps[at] = stamp;
    }
  }
}
