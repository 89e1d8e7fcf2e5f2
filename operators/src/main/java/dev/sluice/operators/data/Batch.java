package dev.sluice.operators.data;

import java.util.ArrayList;
import java.util.List;

/** Some thousand rows as columns. Immutable. */
public record Batch(Schema schema, List<Column> columns, int rows) {
  /**
   * How many rows readers and operators aim at: small enough for the cache, large enough to forget
   * the overhead.
   */
  public static final int TARGET_ROWS = 4096;

  public Batch {
    columns = List.copyOf(columns);
    if (columns.size() != schema.size()) {
      throw new IllegalArgumentException(columns.size() + " columns for the schema " + schema);
    }
    for (Column column : columns) {
      if (column.size() != rows) {
        throw new IllegalArgumentException(
            "a column of " + column.size() + " rows in a batch of " + rows);
      }
    }
  }

  public Column column(int index) {
    return columns.get(index);
  }

  /** The rows at {@code positions[0..count)}. The array is kept: do not change it afterwards. */
  public Batch select(int[] positions, int count) {
    List<Column> selected = new ArrayList<>(columns.size());
    // Columns of one earlier selection share its positions, and then the new ones.
    int[] before = null;
    int[] composed = positions;
    for (Column column : columns) {
      if (column instanceof SelectedColumn again) {
        if (again.rows() != before) {
          before = again.rows();
          composed = new int[count];
          for (int i = 0; i < count; i++) {
            composed[i] = before[positions[i]];
          }
        }
        selected.add(new SelectedColumn(again.base(), composed, count));
      } else {
        selected.add(column.select(positions, count));
      }
    }
    return new Batch(schema, selected, count);
  }

  /** Rows {@code from} (inclusive) to {@code to} (exclusive). */
  public Batch slice(int from, int to) {
    if (from == 0 && to == rows) {
      return this;
    }
    int[] positions = new int[to - from];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = from + i;
    }
    return select(positions, positions.length);
  }

  public static Batch empty(Schema schema) {
    List<Column> none = new ArrayList<>(schema.size());
    for (Field field : schema.fields()) {
      none.add(ColumnBuilder.of(field.type(), 0).build());
    }
    return new Batch(schema, none, 0);
  }
}
