package dev.sluice.operators.data;

import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Maps: row {@code i} has the entries {@code starts[i] .. starts[i] + lengths[i])} of the key and
 * the value column, in their order.
 */
public final class MapColumn implements FlatColumn {
  private final MapType type;
  private final Column keys;
  private final Column values;
  private final int[] starts;
  private final int[] lengths;
  private final Validity validity;
  private final int size;

  public MapColumn(
      MapType type,
      Column keys,
      Column values,
      int[] starts,
      int[] lengths,
      Validity validity,
      int size) {
    this.type = type;
    this.keys = keys;
    this.values = values;
    this.starts = starts;
    this.lengths = lengths;
    this.validity = validity;
    this.size = size;
  }

  public Column keys() {
    return keys;
  }

  public Column values() {
    return values;
  }

  public int[] starts() {
    return starts;
  }

  public int[] lengths() {
    return lengths;
  }

  @Override
  public MapType type() {
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
  public MapColumn gather(int[] rows, int count) {
    int[] newStarts = new int[count];
    int[] newLengths = new int[count];
    for (int i = 0; i < count; i++) {
      newStarts[i] = starts[rows[i]];
      newLengths[i] = lengths[rows[i]];
    }
    return new MapColumn(
        type, keys, values, newStarts, newLengths, validity.select(rows, count), count);
  }

  @Override
  public @Nullable Object value(int row) {
    if (validity.isNull(row)) {
      return null;
    }
    List<Object> entries = new ArrayList<>(lengths[row]);
    for (int i = starts[row]; i < starts[row] + lengths[row]; i++) {
      entries.add(
          new SimpleImmutableEntry<@Nullable Object, @Nullable Object>(
              keys.value(i), values.value(i)));
    }
    return Collections.unmodifiableList(entries);
  }
}
