package dev.sluice.operators.data;

/** Builds a {@link NullColumn}. */
final class NullBuilder extends ColumnBuilder {
  NullBuilder() {}

  @Override
  public void appendNull() {
    size++;
  }

  @Override
  void appendValid(FlatColumn column, int row) {
    size++;
  }

  @Override
  void appendObject(Object value) {
    size++;
  }

  @Override
  public NullColumn build() {
    return new NullColumn(size);
  }
}
