package dev.sluice.operators.function.collection;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.MapColumn;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.StructColumn;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.ScalarCall;
import java.util.List;

/** How many elements there are, and maps seen as arrays: nothing is copied. */
public final class SizeFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of("size", "cardinality", "array_size", "map_keys", "map_values", "map_entries");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "size", "cardinality" ->
          NamedFunction.of(
                  "size",
                  FunctionDoc.of(
                      "collection_funcs",
                      "size(expr)",
                      "The number of elements of an array or a map; null for null.",
                      example("size(array('b', 'd', 'c', 'a'))", "4")),
                  call -> {
                    call.requireCount(1, 1);
                    return size(
                        call,
                        call.argument(0).type() instanceof MapType
                            ? Args.map(call, 0)
                            : sized(call));
                  })
              .withAliases("cardinality");
      case "array_size" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "array_funcs",
                  "array_size(expr)",
                  "The number of elements of an array; null for null.",
                  example("array_size(array('b', 'd', 'c', 'a'))", "4")),
              call -> {
                call.requireCount(1, 1);
                return size(call, Args.array(call, 0));
              });
      case "map_keys" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "map_funcs",
                  "map_keys(map)",
                  "The keys, as an array.",
                  example("map_keys(map(1, 'a', 2, 'b'))", "[1, 2]")),
              call -> {
                call.requireCount(1, 1);
                Expression map = Args.map(call, 0);
                return call(call, map, new ArrayType(Args.mapType(map).key(), false));
              });
      case "map_values" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "map_funcs",
                  "map_values(map)",
                  "The values, as an array.",
                  example("map_values(map(1, 'a', 2, 'b'))", "[a, b]")),
              call -> {
                call.requireCount(1, 1);
                Expression map = Args.map(call, 0);
                MapType type = Args.mapType(map);
                return call(call, map, new ArrayType(type.value(), type.valueContainsNull()));
              });
      case "map_entries" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "map_funcs",
                  "map_entries(map)",
                  "The entries, as an array of structs of key and value.",
                  example("map_entries(map(1, 'a', 2, 'b'))", "[{1, a}, {2, b}]")),
              call -> {
                call.requireCount(1, 1);
                Expression map = Args.map(call, 0);
                MapType type = Args.mapType(map);
                StructType entry =
                    StructType.of(
                        new Field("key", type.key(), false),
                        new Field("value", type.value(), type.valueContainsNull()));
                return call(call, map, new ArrayType(entry, false));
              });
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static Expression sized(FunctionCall call) {
    if (call.argument(0).type() instanceof ArrayType
        || call.argument(0).type() == AtomicType.NULL) {
      return Args.array(call, 0);
    }
    throw Args.unexpected(call, 0, "an ARRAY or a MAP");
  }

  private static Expression size(FunctionCall call, Expression collection) {
    return new ScalarCall(
        Args.name(call),
        List.of(collection),
        AtomicType.INT,
        collection.nullable(),
        false,
        (columns, rows, context) -> {
          FlatColumn column = columns.get(0).flatten();
          int[] lengths =
              column instanceof ArrayColumn arrays
                  ? arrays.lengths()
                  : ((MapColumn) column).lengths();
          return new IntColumn(AtomicType.INT, lengths, column.validity(), rows);
        });
  }

  private static Expression call(FunctionCall call, Expression map, ArrayType type) {
    String name = Args.name(call);
    return new ScalarCall(
        name,
        List.of(map),
        type,
        map.nullable(),
        false,
        (columns, rows, context) -> {
          MapColumn maps = Args.maps(columns, 0);
          Column elements =
              switch (name) {
                case "map_keys" -> maps.keys();
                case "map_values" -> maps.values();
                default ->
                    new StructColumn(
                        (StructType) type.element(),
                        List.of(maps.keys(), maps.values()),
                        Validity.ALL,
                        maps.keys().size());
              };
          return new ArrayColumn(
              type, elements, maps.starts(), maps.lengths(), maps.validity(), rows);
        });
  }
}
