package dev.sluice.operators.data;

import org.jspecify.annotations.Nullable;

/** The same value in every row: a literal, a partition value. */
public final class ConstantColumn implements Column {
  private final FlatColumn one;
  private final int size;

  /** {@code one} is a column of exactly one row. */
  public ConstantColumn(FlatColumn one, int size) {
    if (one.size() != 1) {
      throw new IllegalArgumentException("a constant has one value, not " + one.size());
    }
    this.one = one;
    this.size = size;
  }

  /** A constant from a value in the form of {@link Column#value}. */
  public static ConstantColumn of(DataType type, @Nullable Object value, int size) {
    ColumnBuilder builder = ColumnBuilder.of(type, 1);
    builder.appendValue(value);
    return new ConstantColumn(builder.build(), size);
  }

  /** The column of one row that holds the value. */
  public FlatColumn one() {
    return one;
  }

  @Override
  public DataType type() {
    return one.type();
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public boolean isNull(int row) {
    return one.isNull(0);
  }

  @Override
  public boolean mayHaveNulls() {
    return one.isNull(0);
  }

  @Override
  public FlatColumn flatten() {
    return one.gather(new int[size], size);
  }

  @Override
  public Column select(int[] rows, int count) {
    return new ConstantColumn(one, count);
  }

  public ConstantColumn resize(int newSize) {
    return new ConstantColumn(one, newSize);
  }

  @Override
  public @Nullable Object value(int row) {
    return one.value(0);
  }
}
