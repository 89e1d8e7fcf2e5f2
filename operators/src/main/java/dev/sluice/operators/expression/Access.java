package dev.sluice.operators.expression;

import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Decimal128Column;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.FloatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.IntervalColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.MapColumn;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.StructColumn;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.data.ValueOrder;
import java.util.List;

/**
 * Parts of nested values: {@code struct.field}, {@code array.field}, {@code array[index]}, {@code
 * map[key]}.
 */
public final class Access {
  private Access() {}

  /** A field of a struct; null where the struct is. */
  public record StructField(Expression struct, int index) implements Expression {
    private Field field() {
      return ((StructType) struct.type()).field(index);
    }

    @Override
    public DataType type() {
      return field().type();
    }

    @Override
    public boolean nullable() {
      return struct.nullable() || field().nullable();
    }

    @Override
    public List<Expression> children() {
      return List.of(struct);
    }

    @Override
    public Column evaluate(Batch input, EvaluationContext context) {
      Column column = struct.evaluate(input, context);
      if (column instanceof ConstantColumn constant) {
        StructColumn one = (StructColumn) constant.one();
        Column field = withNulls(one.child(index), one.validity(), 1);
        return new ConstantColumn(field.flatten(), input.rows());
      }
      StructColumn structs = (StructColumn) column.flatten();
      return withNulls(structs.child(index), structs.validity(), input.rows());
    }

    @Override
    public String sql() {
      return struct.sql() + "." + StructType.quoteIfNeeded(field().name());
    }
  }

  /** The same column, null also where the bitmap says so. */
  static Column withNulls(Column column, Validity outer, int rows) {
    if (outer == Validity.ALL) {
      return column;
    }
    FlatColumn flat = column.flatten();
    return revalidated(flat, flat.validity().and(outer, rows), rows);
  }

  private static FlatColumn revalidated(FlatColumn flat, Validity validity, int rows) {
    if (flat instanceof LongColumn c) {
      return new LongColumn(c.type(), c.values(), validity, rows);
    }
    if (flat instanceof IntColumn c) {
      return new IntColumn(c.type(), c.values(), validity, rows);
    }
    if (flat instanceof DoubleColumn c) {
      return new DoubleColumn(c.type(), c.values(), validity, rows);
    }
    if (flat instanceof FloatColumn c) {
      return new FloatColumn(c.type(), c.values(), validity, rows);
    }
    if (flat instanceof BooleanColumn c) {
      return new BooleanColumn(c.type(), c.values(), validity, rows);
    }
    if (flat instanceof BytesColumn c) {
      return new BytesColumn(c.type(), c.data(), c.starts(), c.lengths(), validity, rows);
    }
    if (flat instanceof Decimal128Column c) {
      return new Decimal128Column(c.type(), c.high(), c.low(), validity, rows);
    }
    if (flat instanceof IntervalColumn c) {
      return new IntervalColumn(c.months(), c.days(), c.microseconds(), validity, rows);
    }
    if (flat instanceof ArrayColumn c) {
      return new ArrayColumn(c.type(), c.elements(), c.starts(), c.lengths(), validity, rows);
    }
    if (flat instanceof MapColumn c) {
      return new MapColumn(c.type(), c.keys(), c.values(), c.starts(), c.lengths(), validity, rows);
    }
    if (flat instanceof StructColumn c) {
      return new StructColumn(c.type(), c.children(), validity, rows);
    }
    return flat;
  }

  /** That field of each struct of an array: an array. */
  public record ArrayField(Expression array, int index) implements Expression {
    private Field field() {
      return ((StructType) ((ArrayType) array.type()).element()).field(index);
    }

    @Override
    public ArrayType type() {
      return new ArrayType(
          field().type(), ((ArrayType) array.type()).containsNull() || field().nullable());
    }

    @Override
    public boolean nullable() {
      return array.nullable();
    }

    @Override
    public List<Expression> children() {
      return List.of(array);
    }

    @Override
    public Column evaluate(Batch input, EvaluationContext context) {
      ArrayColumn arrays = (ArrayColumn) array.evaluate(input, context).flatten();
      StructColumn structs = (StructColumn) arrays.elements().flatten();
      Column elements = withNulls(structs.child(index), structs.validity(), structs.size());
      return new ArrayColumn(
          type(), elements, arrays.starts(), arrays.lengths(), arrays.validity(), input.rows());
    }

    @Override
    public String sql() {
      return array.sql() + "." + StructType.quoteIfNeeded(field().name());
    }
  }

  /**
   * {@code array[index]}, from 0; out of range is an error in ANSI mode, null otherwise. The index
   * is an INT.
   */
  public record ArrayItem(Expression array, Expression index, boolean ansi) implements Expression {
    @Override
    public DataType type() {
      return ((ArrayType) array.type()).element();
    }

    @Override
    public boolean nullable() {
      return true;
    }

    @Override
    public List<Expression> children() {
      return List.of(array, index);
    }

    @Override
    public boolean mayFail() {
      return true;
    }

    @Override
    public Column evaluate(Batch input, EvaluationContext context) {
      int rows = input.rows();
      ArrayColumn arrays = (ArrayColumn) array.evaluate(input, context).flatten();
      Column at = index.evaluate(input, context);
      int[] positions = Flats.ints(at);
      Validity validity = arrays.validity().and(Flats.validity(at), rows);
      int[] picked = new int[rows];
      boolean[] none = new boolean[rows];
      for (int i = 0; i < rows; i++) {
        if (validity.isNull(i)) {
          none[i] = true;
        } else if (positions[i] < 0 || positions[i] >= arrays.lengths()[i]) {
          if (ansi) {
            throw new EvaluationException(
                "INVALID_ARRAY_INDEX",
                "the index "
                    + positions[i]
                    + " is out of bounds: the array has "
                    + arrays.lengths()[i]
                    + " elements; get() gives NULL instead",
                i);
          }
          none[i] = true;
        } else {
          picked[i] = arrays.starts()[i] + positions[i];
        }
      }
      if (arrays.elements().size() == 0) {
        ColumnBuilder nulls = ColumnBuilder.of(type(), rows);
        for (int i = 0; i < rows; i++) {
          nulls.appendNull();
        }
        return nulls.build();
      }
      return withNulls(arrays.elements().select(picked, rows), Validity.ofNulls(none, rows), rows);
    }

    @Override
    public String sql() {
      return array.sql() + "[" + index.sql() + "]";
    }
  }

  /** {@code map[key]}: null if there is no such key. The key has the map's key type. */
  public record MapValue(Expression map, Expression key) implements Expression {
    @Override
    public DataType type() {
      return ((MapType) map.type()).value();
    }

    @Override
    public boolean nullable() {
      return true;
    }

    @Override
    public List<Expression> children() {
      return List.of(map, key);
    }

    @Override
    public Column evaluate(Batch input, EvaluationContext context) {
      int rows = input.rows();
      MapColumn maps = (MapColumn) map.evaluate(input, context).flatten();
      Column wanted = key.evaluate(input, context);
      FlatColumn sought = Flats.base(wanted);
      int mask = Flats.mask(wanted);
      FlatColumn keys = maps.keys().flatten();
      ValueOrder order = ValueOrder.of(key.type());
      ColumnBuilder out = ColumnBuilder.of(type(), rows);
      for (int i = 0; i < rows; i++) {
        int found = -1;
        if (!maps.isNull(i) && !sought.isNull(i & mask)) {
          int end = maps.starts()[i] + maps.lengths()[i];
          for (int k = maps.starts()[i]; k < end && found < 0; k++) {
            if (order.valid(keys, k, sought, i & mask) == 0) {
              found = k;
            }
          }
        }
        if (found < 0) {
          out.appendNull();
        } else {
          out.appendFrom(maps.values(), found);
        }
      }
      return out.build();
    }

    @Override
    public String sql() {
      return map.sql() + "[" + key.sql() + "]";
    }
  }
}
