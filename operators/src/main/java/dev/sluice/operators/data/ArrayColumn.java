package dev.sluice.operators.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Arrays: row {@code i} is {@code elements[starts[i] .. starts[i] + lengths[i])}. Slices may
 * overlap and leave gaps.
 */
public final class ArrayColumn implements FlatColumn {
  private final ArrayType type;
  private final Column elements;
  private final int[] starts;
  private final int[] lengths;
  private final Validity validity;
  private final int size;

  public ArrayColumn(
      ArrayType type, Column elements, int[] starts, int[] lengths, Validity validity, int size) {
    this.type = type;
    this.elements = elements;
    this.starts = starts;
    this.lengths = lengths;
    this.validity = validity;
    this.size = size;
  }

  public Column elements() {
    return elements;
  }

  public int[] starts() {
    return starts;
  }

  public int[] lengths() {
    return lengths;
  }

  @Override
  public ArrayType type() {
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
  public ArrayColumn gather(int[] rows, int count) {
    int[] newStarts = new int[count];
    int[] newLengths = new int[count];
    for (int i = 0; i < count; i++) {
      newStarts[i] = starts[rows[i]];
      newLengths[i] = lengths[rows[i]];
    }
    return new ArrayColumn(
        type, elements, newStarts, newLengths, validity.select(rows, count), count);
  }

  @Override
  public @Nullable Object value(int row) {
    if (validity.isNull(row)) {
      return null;
    }
    List<@Nullable Object> values = new ArrayList<>(lengths[row]);
    for (int i = 0; i < lengths[row]; i++) {
      values.add(elements.value(starts[row] + i));
    }
    return Collections.unmodifiableList(values);
  }
}
