package dev.sluice.operators.data;

import org.jspecify.annotations.Nullable;

/** The column of the type {@code void}: nothing but nulls. */
public final class NullColumn implements FlatColumn {
  private final int size;

  public NullColumn(int size) {
    this.size = size;
  }

  @Override
  public DataType type() {
    return AtomicType.NULL;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Validity validity() {
    return Validity.none(size);
  }

  @Override
  public NullColumn gather(int[] rows, int count) {
    return new NullColumn(count);
  }

  @Override
  public @Nullable Object value(int row) {
    return null;
  }
}
