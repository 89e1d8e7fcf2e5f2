package dev.sluice.operators.function.collection;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Columns;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.MapColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.data.ValueOrder;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.MapKeys;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.Nulls;
import dev.sluice.operators.function.ScalarCall;
import dev.sluice.operators.function.aggregate.Orderable;
import java.util.List;

/** Whether and where something is in a collection, and its least and largest element. */
public final class SearchFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of(
        "array_contains",
        "array_position",
        "map_contains_key",
        "arrays_overlap",
        "array_min",
        "array_max");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "array_contains" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "array_funcs",
                  "array_contains(array, value)",
                  "True if the array holds the value; null if it does not but holds null.",
                  example("array_contains(array(1, 2, 3), 2)", "true")),
              SearchFunctions::bindContains);
      case "array_position" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "array_funcs",
                  "array_position(array, element)",
                  "The position of the first such element, from 1; 0 if there is none.",
                  example("array_position(array(312, 773, 708, 708), 708)", "3")),
              SearchFunctions::bindPosition);
      case "map_contains_key" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "map_funcs",
                  "map_contains_key(map, key)",
                  "True if the map has the key.",
                  example("map_contains_key(map(1, 'a', 2, 'b'), 1)", "true")),
              SearchFunctions::bindContainsKey);
      case "arrays_overlap" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "array_funcs",
                  "arrays_overlap(a1, a2)",
                  "True if both hold some same value; null if they do not, neither is empty and"
                      + " either holds null.",
                  example("arrays_overlap(array(1, 2, 3), array(3, 4, 5))", "true")),
              SearchFunctions::bindOverlap);
      case "array_min" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "array_funcs",
                  "array_min(array)",
                  "The least element; nulls do not count.",
                  example("array_min(array(1, 20, null, 3))", "1")),
              call -> bindExtreme(call, 1));
      case "array_max" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "array_funcs",
                  "array_max(array)",
                  "The largest element; nulls do not count.",
                  example("array_max(array(1, 20, null, 3))", "20")),
              call -> bindExtreme(call, -1));
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static Args.ArrayAndValue needle(FunctionCall call) {
    call.requireCount(2, 2);
    boolean contains = call.name().equalsIgnoreCase("array_contains");
    if (call.argument(0).type() == AtomicType.NULL
        || contains && call.argument(1).type() == AtomicType.NULL) {
      throw call.error(
          "DATATYPE_MISMATCH.NULL_TYPE",
          -1,
          "'" + call.name() + "' cannot look for or in a null without type",
          "cast it");
    }
    Args.ArrayAndValue pair = contains ? Args.arrayAndValue(call, 0, 1) : Args.sameKind(call, 0, 1);
    Orderable.require(call, 0, pair.element());
    return pair;
  }

  private static Expression bindContains(FunctionCall call) {
    Args.ArrayAndValue pair = needle(call);
    boolean nullable =
        pair.array().nullable()
            || pair.value().nullable()
            || Args.arrayType(pair.array()).containsNull();
    ValueOrder order = ValueOrder.of(pair.element());
    return new ScalarCall(
        "array_contains",
        List.of(pair.array(), pair.value()),
        AtomicType.BOOLEAN,
        nullable,
        false,
        (columns, rows, context) -> {
          ArrayColumn arrays = Args.arrays(columns, 0);
          Column values = columns.get(1);
          boolean[] result = new boolean[rows];
          boolean[] nulls = new boolean[rows];
          for (int i = 0; i < rows; i++) {
            if (arrays.isNull(i) || values.isNull(i)) {
              nulls[i] = true;
              continue;
            }
            result[i] = first(arrays, i, values, order) >= 0;
            nulls[i] = !result[i] && holdsNull(arrays, i);
          }
          return new BooleanColumn(AtomicType.BOOLEAN, result, Validity.ofNulls(nulls, rows), rows);
        });
  }

  private static int first(ArrayColumn arrays, int row, Column values, ValueOrder order) {
    Column elements = arrays.elements();
    int start = arrays.starts()[row];
    for (int k = 0; k < arrays.lengths()[row]; k++) {
      if (order.compare(elements, start + k, values, row) == 0) {
        return k;
      }
    }
    return -1;
  }

  private static boolean holdsNull(ArrayColumn arrays, int row) {
    Column elements = arrays.elements();
    if (!elements.mayHaveNulls()) {
      return false;
    }
    int end = arrays.starts()[row] + arrays.lengths()[row];
    for (int k = arrays.starts()[row]; k < end; k++) {
      if (elements.isNull(k)) {
        return true;
      }
    }
    return false;
  }

  private static Expression bindPosition(FunctionCall call) {
    Args.ArrayAndValue pair = needle(call);
    ValueOrder order = ValueOrder.of(pair.element());
    return new ScalarCall(
        "array_position",
        List.of(pair.array(), pair.value()),
        AtomicType.BIGINT,
        pair.array().nullable() || pair.value().nullable(),
        false,
        (columns, rows, context) -> {
          ArrayColumn arrays = Args.arrays(columns, 0);
          FlatColumn values = columns.get(1).flatten();
          long[] result = new long[rows];
          Validity valid = Nulls.of(arrays, values, rows);
          for (int i = 0; i < rows; i++) {
            if (valid.isValid(i)) {
              result[i] = first(arrays, i, values, order) + 1L;
            }
          }
          return new LongColumn(AtomicType.BIGINT, result, valid, rows);
        });
  }

  private static Expression bindContainsKey(FunctionCall call) {
    call.requireCount(2, 2);
    Args.MapAndKey pair = Args.mapAndKey(call, 0, 1);
    return new ScalarCall(
        "map_contains_key",
        List.of(pair.map(), pair.key()),
        AtomicType.BOOLEAN,
        pair.map().nullable() || pair.key().nullable(),
        false,
        (columns, rows, context) -> {
          MapColumn maps = Args.maps(columns, 0);
          FlatColumn keys = columns.get(1).flatten();
          boolean[] result = new boolean[rows];
          Validity valid = Nulls.of(maps, keys, rows);
          int[] found = MapKeys.find(maps, keys, rows);
          for (int i = 0; i < rows; i++) {
            result[i] = found[i] >= 0;
          }
          return new BooleanColumn(AtomicType.BOOLEAN, result, valid, rows);
        });
  }

  private static Expression bindOverlap(FunctionCall call) {
    List<Expression> arrays = Args.twoArrays(call);
    DataType element = Args.arrayType(arrays.get(0)).element();
    Orderable.require(call, 0, element);
    boolean nullable =
        Nulls.anyNullable(arrays)
            || Args.arrayType(arrays.get(0)).containsNull()
            || Args.arrayType(arrays.get(1)).containsNull();
    return new ScalarCall(
        "arrays_overlap",
        arrays,
        AtomicType.BOOLEAN,
        nullable,
        false,
        (columns, rows, context) -> {
          ArrayColumn a = Args.arrays(columns, 0);
          ArrayColumn b = Args.arrays(columns, 1);
          ValueSet set = ValueSet.ofElements(ValueOrder.of(element));
          boolean[] result = new boolean[rows];
          boolean[] nulls = new boolean[rows];
          for (int i = 0; i < rows; i++) {
            if (a.isNull(i) || b.isNull(i)) {
              nulls[i] = true;
              continue;
            }
            result[i] = overlap(a, b, i, set);
            nulls[i] =
                !result[i]
                    && a.lengths()[i] > 0
                    && b.lengths()[i] > 0
                    && (holdsNull(a, i) || holdsNull(b, i));
          }
          return new BooleanColumn(AtomicType.BOOLEAN, result, Validity.ofNulls(nulls, rows), rows);
        });
  }

  private static boolean overlap(ArrayColumn a, ArrayColumn b, int row, ValueSet set) {
    set.clear();
    for (int k = a.starts()[row]; k < a.starts()[row] + a.lengths()[row]; k++) {
      if (!a.elements().isNull(k)) {
        set.add(a.elements(), k);
      }
    }
    for (int k = b.starts()[row]; k < b.starts()[row] + b.lengths()[row]; k++) {
      if (!b.elements().isNull(k) && set.contains(b.elements(), k)) {
        return true;
      }
    }
    return false;
  }

  private static Expression bindExtreme(FunctionCall call, int sign) {
    call.requireCount(1, 1);
    Expression array = Args.array(call, 0);
    DataType element = Args.arrayType(array).element();
    Orderable.require(call, 0, element);
    ValueOrder order = ValueOrder.of(element);
    return new ScalarCall(
        Args.name(call),
        List.of(array),
        element,
        true,
        false,
        (columns, rows, context) -> {
          ArrayColumn arrays = Args.arrays(columns, 0);
          Column elements = arrays.elements();
          int[] best = new int[rows];
          for (int i = 0; i < rows; i++) {
            best[i] = -1;
            if (arrays.isNull(i)) {
              continue;
            }
            int end = arrays.starts()[i] + arrays.lengths()[i];
            for (int k = arrays.starts()[i]; k < end; k++) {
              if (!elements.isNull(k)
                  && (best[i] < 0 || sign * order.compare(elements, k, elements, best[i]) < 0)) {
                best[i] = k;
              }
            }
          }
          return Columns.pick(elements, best, rows);
        });
  }
}
