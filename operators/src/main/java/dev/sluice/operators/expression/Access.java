package dev.sluice.operators.expression;

import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Columns;
import dev.sluice.operators.data.ConstantColumn;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.MapColumn;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.StructColumn;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.data.Validity;
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
        Column field = withNulls(one.child(index), one.validity());
        return new ConstantColumn(field.flatten(), input.rows());
      }
      StructColumn structs = (StructColumn) column.flatten();
      return withNulls(structs.child(index), structs.validity());
    }

    @Override
    public String sql() {
      return struct.sql() + "." + StructType.quoteIfNeeded(field().name());
    }
  }

  /** The same column, null also where the bitmap says so. */
  static Column withNulls(Column column, Validity outer) {
    return outer == Validity.ALL ? column : Columns.withNulls(column.flatten(), outer);
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
      Column elements = withNulls(structs.child(index), structs.validity());
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
      int[] indexes = ((IntColumn) Flats.base(at)).values();
      int mask = Flats.mask(at);
      Validity validity = arrays.validity().and(Flats.validity(at), rows);
      int[] starts = arrays.starts();
      int[] lengths = arrays.lengths();
      int[] picked = new int[rows];
      int outside = 0;
      for (int i = 0; i < rows; i++) {
        int position = indexes[i & mask];
        // One of them is negative where the index is out of bounds.
        boolean inside = (position | lengths[i] - 1 - position) >= 0;
        picked[i] = inside ? starts[i] + position : -1;
        outside |= picked[i];
      }
      if (validity == Validity.ALL && outside >= 0) {
        return arrays.elements().select(picked, rows);
      }
      exclude(validity, picked, indexes, mask, lengths);
      return Columns.pick(arrays.elements(), picked, rows);
    }

    /** Null rows pick nothing; others must pick something in ANSI mode. */
    private void exclude(Validity validity, int[] picked, int[] indexes, int mask, int[] lengths) {
      for (int i = 0; i < picked.length; i++) {
        if (validity.isNull(i)) {
          picked[i] = -1;
        } else if (ansi && picked[i] < 0) {
          throw new EvaluationException(
              "INVALID_ARRAY_INDEX",
              "the index "
                  + indexes[i & mask]
                  + " is out of bounds: the array has "
                  + lengths[i]
                  + " elements; get() gives NULL instead",
              i);
        }
      }
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
      MapColumn maps = (MapColumn) map.evaluate(input, context).flatten();
      Column wanted = key.evaluate(input, context);
      return Columns.pick(maps.values(), MapKeys.find(maps, wanted, input.rows()), input.rows());
    }

    @Override
    public String sql() {
      return map.sql() + "[" + key.sql() + "]";
    }
  }
}
