package dev.sluice.operators.expression;

import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BytesBuilder;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.CollatedType;
import dev.sluice.operators.data.Collation;
import dev.sluice.operators.data.Collations;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.MapColumn;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.StructColumn;
import dev.sluice.operators.data.StructType;
import java.util.ArrayList;
import java.util.List;

/**
 * The keys by which collated strings are compared, also those inside arrays, maps and structs: as
 * binary they are equal and ordered as the strings are, so that comparisons, grouping, joins and
 * sorts know nothing of collations.
 */
public final class CollationKeys {
  private CollationKeys() {}

  /** The expression whose values compare as those of the operand; itself without collations. */
  public static Expression of(Expression operand) {
    return CollatedType.isIn(operand.type())
        ? Folded.of(new Keyed(operand, keyType(operand.type())))
        : operand;
  }

  private record Keyed(Expression operand, DataType type) implements Expression {
    @Override
    public boolean nullable() {
      return operand.nullable();
    }

    @Override
    public List<Expression> children() {
      return List.of(operand);
    }

    @Override
    public Column evaluate(Batch input, EvaluationContext context) {
      Column column = operand.evaluate(input, context);
      return column instanceof ConstantColumn constant
          ? new ConstantColumn(keys(constant.one()), input.rows())
          : keys(column.flatten());
    }

    @Override
    public String sql() {
      return operand.sql();
    }
  }

  /** The type of the keys of values of a type; itself without collations. */
  public static DataType keyType(DataType type) {
    if (type instanceof CollatedType) {
      return AtomicType.BINARY;
    }
    if (type instanceof ArrayType array) {
      return new ArrayType(keyType(array.element()), array.containsNull());
    }
    if (type instanceof MapType map) {
      return new MapType(keyType(map.key()), keyType(map.value()), map.valueContainsNull());
    }
    if (type instanceof StructType struct) {
      List<Field> fields = new ArrayList<>();
      for (Field field : struct.fields()) {
        fields.add(new Field(field.name(), keyType(field.type()), field.nullable()));
      }
      return new StructType(fields);
    }
    return type;
  }

  /** The keys of the values of a column; itself without collations. */
  public static Column of(Column column) {
    return CollatedType.isIn(column.type()) ? keys(column.flatten()) : column;
  }

  private static FlatColumn keys(FlatColumn column) {
    if (!CollatedType.isIn(column.type())) {
      return column;
    }
    if (column instanceof BytesColumn texts) {
      return keys(texts, Collations.of((CollatedType) texts.type()));
    }
    DataType type = keyType(column.type());
    if (column instanceof ArrayColumn arrays) {
      return new ArrayColumn(
          (ArrayType) type,
          keys(arrays.elements().flatten()),
          arrays.starts(),
          arrays.lengths(),
          arrays.validity(),
          arrays.size());
    }
    if (column instanceof MapColumn maps) {
      return new MapColumn(
          (MapType) type,
          keys(maps.keys().flatten()),
          keys(maps.values().flatten()),
          maps.starts(),
          maps.lengths(),
          maps.validity(),
          maps.size());
    }
    StructColumn structs = (StructColumn) column;
    List<Column> children = new ArrayList<>();
    for (Column child : structs.children()) {
      children.add(keys(child.flatten()));
    }
    return new StructColumn((StructType) type, children, structs.validity(), structs.size());
  }

  private static FlatColumn keys(BytesColumn texts, Collation collation) {
    int rows = texts.size();
    BytesBuilder out = (BytesBuilder) ColumnBuilder.of(AtomicType.BINARY, rows);
    for (int i = 0; i < rows; i++) {
      if (texts.isNull(i)) {
        out.appendNull();
      } else {
        collation.appendKey(texts.data(), texts.starts()[i], texts.lengths()[i], out);
      }
    }
    return out.build();
  }
}
