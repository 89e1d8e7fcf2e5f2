package dev.sluice.operators.data;

import org.jspecify.annotations.Nullable;

/**
 * The values of one column of a batch, in one of three shapes: flat arrays, selected positions of
 * flat arrays, or one constant. Immutable. Kernels call {@link #flatten()} (free for a flat
 * column), or look for a {@link ConstantColumn} first where a constant argument pays.
 */
public sealed interface Column permits FlatColumn, SelectedColumn, ConstantColumn {
  DataType type();

  int size();

  boolean isNull(int row);

  /** False only if no row is null. Cheap. */
  boolean mayHaveNulls();

  /** The same values in plain arrays. */
  FlatColumn flatten();

  /**
   * The values at {@code rows[0..count)}; nothing is copied but, at most, positions. The array is
   * kept: do not change it.
   */
  Column select(int[] rows, int count);

  /**
   * One value as an object, for cold paths (display, logs, tests), null for null: Boolean; Integer
   * for tinyint, smallint, int, date (days) and year-month interval (months); Long for bigint,
   * timestamps and day-time interval (microseconds); Float; Double; String; byte[] for binary and
   * variant; BigDecimal; {@link CalendarInterval}; List for arrays; List of Map.Entry for maps;
   * List of field values for structs.
   */
  @Nullable Object value(int row);
}
