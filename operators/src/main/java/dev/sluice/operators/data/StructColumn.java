package dev.sluice.operators.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Structs: one column a field. A field's value in a row where the struct is null means nothing. */
public final class StructColumn implements FlatColumn {
  private final StructType type;
  private final List<Column> children;
  private final Validity validity;
  private final int size;

  public StructColumn(StructType type, List<Column> children, Validity validity, int size) {
    this.type = type;
    this.children = List.copyOf(children);
    this.validity = validity;
    this.size = size;
  }

  public List<Column> children() {
    return children;
  }

  public Column child(int index) {
    return children.get(index);
  }

  @Override
  public StructType type() {
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
  public StructColumn gather(int[] rows, int count) {
    List<Column> picked = new ArrayList<>(children.size());
    for (Column child : children) {
      picked.add(child.select(rows, count));
    }
    return new StructColumn(type, picked, validity.select(rows, count), count);
  }

  @Override
  public @Nullable Object value(int row) {
    if (validity.isNull(row)) {
      return null;
    }
    List<@Nullable Object> values = new ArrayList<>(children.size());
    for (Column child : children) {
      values.add(child.value(row));
    }
    return Collections.unmodifiableList(values);
  }
}
