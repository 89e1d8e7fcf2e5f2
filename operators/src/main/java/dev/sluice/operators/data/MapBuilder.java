package dev.sluice.operators.data;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Builds a {@link MapColumn}: append to {@link #keys()} and {@link #values()} alike, then {@link
 * #endMap()}.
 */
public final class MapBuilder extends ColumnBuilder {
  private final MapType type;
  private final ColumnBuilder keys;
  private final ColumnBuilder values;
  private int[] starts;
  private int[] lengths;
  private int begun;

  MapBuilder(MapType type, int capacity) {
    this.type = type;
    this.keys = ColumnBuilder.of(type.key(), capacity);
    this.values = ColumnBuilder.of(type.value(), capacity);
    this.starts = new int[capacity];
    this.lengths = new int[capacity];
  }

  public ColumnBuilder keys() {
    return keys;
  }

  public ColumnBuilder values() {
    return values;
  }

  /** Closes a row: it holds all entries appended since the last row. */
  public void endMap() {
    if (size == starts.length) {
      starts = Arrays.copyOf(starts, grown(size));
      lengths = Arrays.copyOf(lengths, starts.length);
    }
    starts[size] = begun;
    lengths[size] = keys.size() - begun;
    begun = keys.size();
    size++;
  }

  @Override
  void truncateChildren() {
    begun = size == 0 ? 0 : starts[size - 1] + lengths[size - 1];
    keys.truncate(begun);
    values.truncate(begun);
  }

  @Override
  public void appendNull() {
    markNull();
    endMap();
  }

  @Override
  void appendValid(FlatColumn column, int row) {
    MapColumn maps = (MapColumn) column;
    int end = maps.starts()[row] + maps.lengths()[row];
    for (int i = maps.starts()[row]; i < end; i++) {
      keys.appendFrom(maps.keys(), i);
      values.appendFrom(maps.values(), i);
    }
    endMap();
  }

  @Override
  void appendObject(Object value) {
    for (Object entry : (List<?>) value) {
      Map.Entry<?, ?> pair = (Map.Entry<?, ?>) entry;
      keys.appendValue(pair.getKey());
      values.appendValue(pair.getValue());
    }
    endMap();
  }

  @Override
  public MapColumn build() {
    return new MapColumn(type, keys.build(), values.build(), starts, lengths, validity(), size);
  }
}
