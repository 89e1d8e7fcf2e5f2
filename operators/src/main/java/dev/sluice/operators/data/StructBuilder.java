package dev.sluice.operators.data;

import java.util.ArrayList;
import java.util.List;

/**
 * Builds a {@link StructColumn}: append one value to each field's builder, then {@link
 * #endStruct()}.
 */
public final class StructBuilder extends ColumnBuilder {
  private final StructType type;
  private final List<ColumnBuilder> fields;

  StructBuilder(StructType type, int capacity) {
    this.type = type;
    this.fields = new ArrayList<>(type.size());
    for (Field field : type.fields()) {
      fields.add(ColumnBuilder.of(field.type(), capacity));
    }
  }

  public ColumnBuilder field(int index) {
    return fields.get(index);
  }

  /** Closes a row, for which each field has got its value. */
  public void endStruct() {
    size++;
  }

  @Override
  void truncateChildren() {
    for (ColumnBuilder field : fields) {
      field.truncate(size);
    }
  }

  @Override
  public void appendNull() {
    markNull();
    for (ColumnBuilder field : fields) {
      field.appendNull();
    }
    size++;
  }

  @Override
  void appendValid(FlatColumn column, int row) {
    StructColumn structs = (StructColumn) column;
    for (int i = 0; i < fields.size(); i++) {
      fields.get(i).appendFrom(structs.child(i), row);
    }
    size++;
  }

  @Override
  void appendObject(Object value) {
    List<?> values = (List<?>) value;
    for (int i = 0; i < fields.size(); i++) {
      fields.get(i).appendValue(values.get(i));
    }
    size++;
  }

  @Override
  public StructColumn build() {
    List<Column> children = new ArrayList<>(fields.size());
    for (ColumnBuilder field : fields) {
      children.add(field.build());
    }
    return new StructColumn(type, children, validity(), size);
  }
}
