package dev.sluice.operators.function.collection;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Columns;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.MapColumn;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.MapKeys;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.ScalarCall;
import java.util.List;

/** One element of an array, or the value of a key of a map. */
public final class ItemFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of("element_at", "try_element_at", "get");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "element_at" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "collection_funcs",
                  "element_at(array, index) / element_at(map, key)",
                  "The element at a position from 1, from the end if negative, which must exist; or"
                      + " the value of a key, null if there is none.",
                  example("element_at(array(1, 2, 3), 2)", "2"),
                  example("element_at(map(1, 'a', 2, 'b'), 2)", "b")),
              call -> bindElementAt(call, call.session().ansi()));
      case "try_element_at" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "collection_funcs",
                  "try_element_at(array, index) / try_element_at(map, key)",
                  "As element_at, but null where there is no such position.",
                  example("try_element_at(array(1, 2, 3), 5)", "NULL")),
              call -> bindElementAt(call, false));
      case "get" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "array_funcs",
                  "get(array, index)",
                  "The element at a position from 0, null where there is none.",
                  example("get(array(1, 2, 3), 0)", "1"),
                  example("get(array(1, 2, 3), 3)", "NULL")),
              ItemFunctions::bindGet);
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static Expression bindElementAt(FunctionCall call, boolean strict) {
    call.requireCount(2, 2);
    if (call.argument(0).type() instanceof MapType) {
      Expression key = call.argument(1);
      Args.MapAndKey pair =
          key.type() == AtomicType.NULL
              ? new Args.MapAndKey(
                  call.argument(0),
                  call.castImplicitly(key, Args.mapType(call.argument(0)).key(), 1))
              : Args.mapAndKey(call, 0, 1);
      return new ScalarCall(
          Args.name(call),
          List.of(pair.map(), pair.key()),
          Args.mapType(pair.map()).value(),
          true,
          false,
          (columns, rows, context) -> {
            MapColumn maps = Args.maps(columns, 0);
            return Columns.pick(maps.values(), MapKeys.find(maps, columns.get(1), rows), rows);
          });
    }
    if (!(call.argument(0).type() instanceof ArrayType)) {
      throw Args.unexpected(call, 0, "an ARRAY or a MAP");
    }
    Expression array = Args.array(call, 0);
    return new ScalarCall(
        Args.name(call),
        List.of(array, index(call)),
        Args.arrayType(array).element(),
        true,
        true,
        (columns, rows, context) -> elementAt(columns, rows, strict));
  }

  private static Column elementAt(List<Column> columns, int rows, boolean strict) {
    ArrayColumn arrays = Args.arrays(columns, 0);
    IntColumn indexes = (IntColumn) columns.get(1).flatten();
    int[] found = new int[rows];
    for (int i = 0; i < rows; i++) {
      found[i] = -1;
      if (arrays.isNull(i) || indexes.isNull(i)) {
        continue;
      }
      int index = indexes.get(i);
      int length = arrays.lengths()[i];
      if (index == 0) {
        throw zeroIndex(i);
      }
      if (Math.abs((long) index) <= length) {
        found[i] = arrays.starts()[i] + (index > 0 ? index - 1 : length + index);
      } else if (strict) {
        throw new EvaluationException(
            "INVALID_ARRAY_INDEX_IN_ELEMENT_AT",
            "the index "
                + index
                + " is outside the array, which has "
                + length
                + " elements; try_element_at gives NULL instead",
            i);
      }
    }
    return Columns.pick(arrays.elements(), found, rows);
  }

  static EvaluationException zeroIndex(int row) {
    return new EvaluationException(
        "INVALID_INDEX_OF_ZERO",
        "the index 0 is no position: they count from 1, or from -1 for the last",
        row);
  }

  /** An index is a whole number of at most 32 bits, and no NULL without a type. */
  private static Expression index(FunctionCall call) {
    if (call.argument(1).type() == AtomicType.NULL) {
      throw Args.unexpected(call, 1, "an INT");
    }
    call.exactly(1, AtomicType.INT, AtomicType.SMALLINT, AtomicType.TINYINT);
    return call.coerce(1, AtomicType.INT);
  }

  private static Expression bindGet(FunctionCall call) {
    call.requireCount(2, 2);
    if (!(call.argument(0).type() instanceof ArrayType type)) {
      throw Args.unexpected(call, 0, "an ARRAY");
    }
    return new ScalarCall(
        "get",
        List.of(call.argument(0), call.coerce(1, AtomicType.INT)),
        type.element(),
        true,
        false,
        (columns, rows, context) -> {
          ArrayColumn arrays = Args.arrays(columns, 0);
          FlatColumn indexes = columns.get(1).flatten();
          int[] values = ((IntColumn) indexes).values();
          int[] found = new int[rows];
          for (int i = 0; i < rows; i++) {
            boolean there =
                !arrays.isNull(i)
                    && !indexes.isNull(i)
                    && values[i] >= 0
                    && values[i] < arrays.lengths()[i];
            found[i] = there ? arrays.starts()[i] + values[i] : -1;
          }
          return Columns.pick(arrays.elements(), found, rows);
        });
  }
}
