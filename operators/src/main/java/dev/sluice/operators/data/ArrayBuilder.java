package dev.sluice.operators.data;

import java.util.Arrays;
import java.util.List;

/**
 * Builds an {@link ArrayColumn}: append the elements to {@link #elements()}, then {@link
 * #endArray()}.
 */
public final class ArrayBuilder extends ColumnBuilder {
  private final ArrayType type;
  private final ColumnBuilder elements;
  private int[] starts;
  private int[] lengths;
  private int begun;

  ArrayBuilder(ArrayType type, int capacity) {
    this.type = type;
    this.elements = ColumnBuilder.of(type.element(), capacity);
    this.starts = new int[capacity];
    this.lengths = new int[capacity];
  }

  public ColumnBuilder elements() {
    return elements;
  }

  /** Closes a row: it holds all elements appended since the last row. */
  public void endArray() {
    if (size == starts.length) {
      starts = Arrays.copyOf(starts, grown(size));
      lengths = Arrays.copyOf(lengths, starts.length);
    }
    starts[size] = begun;
    lengths[size] = elements.size() - begun;
    begun = elements.size();
    size++;
  }

  @Override
  void truncateChildren() {
    begun = size == 0 ? 0 : starts[size - 1] + lengths[size - 1];
    elements.truncate(begun);
  }

  @Override
  public void appendNull() {
    markNull();
    endArray();
  }

  @Override
  void appendValid(FlatColumn column, int row) {
    ArrayColumn arrays = (ArrayColumn) column;
    int end = arrays.starts()[row] + arrays.lengths()[row];
    for (int i = arrays.starts()[row]; i < end; i++) {
      elements.appendFrom(arrays.elements(), i);
    }
    endArray();
  }

  @Override
  void appendObject(Object value) {
    for (Object element : (List<?>) value) {
      elements.appendValue(element);
    }
    endArray();
  }

  @Override
  public ArrayColumn build() {
    return new ArrayColumn(type, elements.build(), starts, lengths, validity(), size);
  }
}
