package dev.sluice.operators.operator;

import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Columns;
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
}
