package dev.sluice.operators.operator;

import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Columns;
import java.util.ArrayList;
import java.util.List;

/** What a fold does with columns as wholes. */
final class FoldColumns {
  private FoldColumns() {}

  /** The column with row {@code i} of the others in place of its row {@code rows[i]}. */
  static Column replaced(Column column, int[] rows, int count, Column others) {
    int size = column.size();
    if (count == size) {
      return others;
    }
    int[] picked = new int[size];
    for (int i = 0; i < size; i++) {
      picked[i] = i;
    }
    for (int i = 0; i < count; i++) {
      picked[rows[i]] = size + i;
    }
    return Columns.concatenate(column.type(), List.of(column, others)).select(picked, size);
  }

  /** The values of several columns at {@code slots[begin..end)}; null at a slot below 0. */
  static List<Column> get(SlotColumn[] from, int[] slots, int begin, int end) {
    List<Column> columns = new ArrayList<>(from.length);
    for (SlotColumn column : from) {
      columns.add(column.get(slots, begin, end));
    }
    return columns;
  }

  /** Row {@code i} of the values, from {@code from} up to {@code to}, becomes {@code slots[i]}. */
  static void put(SlotColumn[] into, int[] slots, int from, int to, List<Column> values) {
    for (int c = 0; c < into.length; c++) {
      into[c].put(slots, from, to, values.get(c));
    }
  }

  /** The first {@code count} of these rows of each column. */
  static List<Column> select(List<Column> columns, int[] rows, int count) {
    List<Column> selected = new ArrayList<>(columns.size());
    for (Column column : columns) {
      selected.add(column.select(rows, count));
    }
    return selected;
  }

  /** The columns without constants or other indirection. */
  static List<Column> flat(List<Column> columns) {
    List<Column> flat = new ArrayList<>(columns.size());
    for (Column column : columns) {
      flat.add(column.flatten());
    }
    return flat;
  }

  /** The first {@code count} rows of each column. */
  static List<Column> prefix(List<Column> columns, int count) {
    int[] first = new int[count];
    for (int i = 0; i < count; i++) {
      first[i] = i;
    }
    return select(columns, first, count);
  }
}
