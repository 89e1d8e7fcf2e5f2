package dev.sluice.operators.data;

import org.jspecify.annotations.Nullable;

/** Booleans. */
public final class BooleanColumn implements FlatColumn {
  private final DataType type;
  private final boolean[] values;
  private final Validity validity;
  private final int size;

  /**
   * Takes the array over; it may be longer than {@code size}. What stands in null rows means
   * nothing.
   */
  public BooleanColumn(DataType type, boolean[] values, Validity validity, int size) {
    this.type = type;
    this.values = values;
    this.validity = validity;
    this.size = size;
  }

  public boolean[] values() {
    return values;
  }

  public boolean get(int row) {
    return values[row];
  }

  @Override
  public DataType type() {
    return type;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Validity validity() {
    return validity;
  }

  @Override
  public BooleanColumn gather(int[] rows, int count) {
    boolean[] picked = new boolean[count];
    for (int i = 0; i < count; i++) {
      picked[i] = values[rows[i]];
    }
    return new BooleanColumn(type, picked, validity.select(rows, count), count);
  }

  @Override
  public @Nullable Object value(int row) {
    return validity.isNull(row) ? null : (Object) values[row];
  }
}
