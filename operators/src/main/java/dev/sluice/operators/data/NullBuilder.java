package dev.sluice.operators.data;

import org.jspecify.annotations.Nullable;

/** Builds a {@link NullColumn}. */
public final class NullBuilder extends ColumnBuilder {
  NullBuilder() {}

  @Override
  public void appendNull() {
    size++;
  }

  @Override
  public void appendFrom(Column column, int row) {
    size++;
  }

  @Override
  public void appendValue(@Nullable Object value) {
    size++;
  }

  @Override
  public NullColumn build() {
    return new NullColumn(size);
  }
}
