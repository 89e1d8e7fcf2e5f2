package dev.sluice.operators.data;

import org.jspecify.annotations.Nullable;

/** Positions of a flat column: what a filter leaves. Flattened once, on first use. */
public final class SelectedColumn implements Column {
  private final FlatColumn base;
  private final int[] rows;
  private final int size;
  // Racing threads compute equal values; the field is only a cache.
  private volatile @Nullable FlatColumn flat;

  public SelectedColumn(FlatColumn base, int[] rows, int size) {
    this.base = base;
    this.rows = rows;
    this.size = size;
  }

  public FlatColumn base() {
    return base;
  }

  /** Row {@code i} of this column is row {@code rows()[i]} of the base. */
  public int[] rows() {
    return rows;
  }

  @Override
  public DataType type() {
    return base.type();
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public boolean isNull(int row) {
    return base.isNull(rows[row]);
  }

  @Override
  public boolean mayHaveNulls() {
    return base.mayHaveNulls();
  }

  @Override
  public FlatColumn flatten() {
    FlatColumn result = flat;
    if (result == null) {
      result = base.gather(rows, size);
      flat = result;
    }
    return result;
  }

  @Override
  public Column select(int[] positions, int count) {
    int[] composed = new int[count];
    for (int i = 0; i < count; i++) {
      composed[i] = rows[positions[i]];
    }
    return new SelectedColumn(base, composed, count);
  }

  @Override
  public @Nullable Object value(int row) {
    return base.value(rows[row]);
  }
}
