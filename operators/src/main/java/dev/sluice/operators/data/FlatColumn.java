package dev.sluice.operators.data;

/**
 * A column in plain arrays: row {@code i} at index {@code i}. Arrays are shared, never to be
 * written to.
 */
public sealed interface FlatColumn extends Column
    permits BooleanColumn,
        IntColumn,
        LongColumn,
        FloatColumn,
        DoubleColumn,
        BytesColumn,
        Decimal128Column,
        IntervalColumn,
        ArrayColumn,
        MapColumn,
        StructColumn,
        NullColumn {

  Validity validity();

  /**
   * The values at {@code rows[0..count)} copied into arrays of their own (children of nested
   * columns are shared).
   */
  FlatColumn gather(int[] rows, int count);

  @Override
  default boolean isNull(int row) {
    return validity().isNull(row);
  }

  @Override
  default boolean mayHaveNulls() {
    return validity() != Validity.ALL;
  }

  @Override
  default FlatColumn flatten() {
    return this;
  }

  @Override
  default Column select(int[] rows, int count) {
    return new SelectedColumn(this, rows, count);
  }
}
