package dev.sluice.operators.function.collection;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.MapColumn;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.StructColumn;
import dev.sluice.operators.data.StructType;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.BoundedPattern;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.Nulls;
import dev.sluice.operators.function.ScalarCall;
import java.util.ArrayList;
import java.util.List;

/** Maps from arrays, from entries, from other maps and from text. */
public final class MapFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of("map_from_arrays", "map_from_entries", "map_concat", "str_to_map");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "map_from_arrays" ->
          declare(
              name,
              "map_from_arrays(keys, values)",
              "A map from two arrays of one length.",
              example("map_from_arrays(array(1.0, 3.0), array('2', '4'))", "{1.0 -> 2, 3.0 -> 4}"),
              MapFunctions::bindFromArrays);
      case "map_from_entries" ->
          declare(
              name,
              "map_from_entries(entries)",
              "A map from an array of structs of key and value; null if one of them is.",
              example(
                  "map_from_entries(array(struct(1, 'a'), struct(2, 'b')))", "{1 -> a, 2 -> b}"),
              MapFunctions::bindFromEntries);
      case "map_concat" ->
          declare(
              name,
              "map_concat(map, ...)",
              "The entries of all maps; a key in two of them is an error.",
              example("map_concat(map(1, 'a', 2, 'b'), map(3, 'c'))", "{1 -> a, 2 -> b, 3 -> c}"),
              MapFunctions::bindConcat);
      case "str_to_map" ->
          declare(
              name,
              "str_to_map(text[, pairDelim[, keyValueDelim]])",
              "A map from a text, split by two regular expressions, ',' and ':' unless given.",
              example("str_to_map('a:1,b:2,c:3', ',', ':')", "{a -> 1, b -> 2, c -> 3}"),
              MapFunctions::bindFromText);
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static NamedFunction declare(
      String name,
      String usage,
      String description,
      FunctionDoc.Example example,
      NamedFunction.Binder binder) {
    return NamedFunction.of(name, FunctionDoc.of("map_funcs", usage, description, example), binder);
  }

  private static Expression bindFromArrays(FunctionCall call) {
    call.requireCount(2, 2);
    List<Expression> arguments = List.of(Args.array(call, 0), Args.array(call, 1));
    ArrayType keys = Args.arrayType(arguments.get(0));
    ArrayType values = Args.arrayType(arguments.get(1));
    MapOutput.requireKey(call, keys.element());
    MapType type = new MapType(keys.element(), values.element(), values.containsNull());
    return new ScalarCall(
        "map_from_arrays",
        arguments,
        type,
        Nulls.anyNullable(arguments),
        true,
        (columns, rows, context) -> {
          ArrayColumn k = Args.arrays(columns, 0);
          ArrayColumn v = Args.arrays(columns, 1);
          MapOutput out = new MapOutput(type, rows);
          for (int i = 0; i < rows; i++) {
            if (k.isNull(i) || v.isNull(i)) {
              out.endNull();
              continue;
            }
            if (k.lengths()[i] != v.lengths()[i]) {
              throw new EvaluationException(
                  "UNEQUAL_MAP_KEY_VALUE",
                  "a map cannot be made of "
                      + k.lengths()[i]
                      + " keys and "
                      + v.lengths()[i]
                      + " values",
                  i);
            }
            for (int e = 0; e < k.lengths()[i]; e++) {
              out.put(k.elements(), k.starts()[i] + e, v.elements(), v.starts()[i] + e, i);
            }
            out.end();
          }
          return out.build();
        });
  }

  private static Expression bindFromEntries(FunctionCall call) {
    call.requireCount(1, 1);
    Expression entries = Args.array(call, 0);
    if (!(Args.arrayType(entries).element() instanceof StructType entry) || entry.size() != 2) {
      throw Args.unexpected(call, 0, "an ARRAY of STRUCT with two fields");
    }
    MapOutput.requireKey(call, entry.field(0).type());
    MapType type =
        new MapType(entry.field(0).type(), entry.field(1).type(), entry.field(1).nullable());
    return new ScalarCall(
        "map_from_entries",
        List.of(entries),
        type,
        entries.nullable() || Args.arrayType(entries).containsNull(),
        true,
        (columns, rows, context) -> {
          ArrayColumn arrays = Args.arrays(columns, 0);
          StructColumn structs = (StructColumn) arrays.elements().flatten();
          MapOutput out = new MapOutput(type, rows);
          for (int i = 0; i < rows; i++) {
            if (arrays.isNull(i) || holdsNull(arrays, structs, i)) {
              out.endNull();
              continue;
            }
            int end = arrays.starts()[i] + arrays.lengths()[i];
            for (int e = arrays.starts()[i]; e < end; e++) {
              out.put(structs.child(0), e, structs.child(1), e, i);
            }
            out.end();
          }
          return out.build();
        });
  }

  private static boolean holdsNull(ArrayColumn arrays, Column elements, int row) {
    int end = arrays.starts()[row] + arrays.lengths()[row];
    for (int e = arrays.starts()[row]; e < end; e++) {
      if (elements.isNull(e)) {
        return true;
      }
    }
    return false;
  }

  private static Expression bindConcat(FunctionCall call) {
    if (call.count() == 0) {
      return new Literal(
          new MapType(AtomicType.STRING, AtomicType.STRING, false), List.of(), "map_concat()");
    }
    for (int i = 0; i < call.count(); i++) {
      if (!(call.argument(i).type() instanceof MapType)) {
        throw call.error(
            "DATATYPE_MISMATCH.MAP_CONCAT_DIFF_TYPES",
            i,
            "'map_concat' takes maps, and '"
                + call.argument(i).sql()
                + "' is of the type "
                + call.argument(i).type().sql(),
            null);
      }
    }
    List<Expression> maps = call.coerceToCommonType(call.arguments());
    MapType common = Args.mapType(maps.get(0));
    boolean nullValues = maps.stream().anyMatch(m -> Args.mapType(m).valueContainsNull());
    MapType type = new MapType(common.key(), common.value(), nullValues);
    return new ScalarCall(
        "map_concat",
        maps,
        type,
        Nulls.anyNullable(maps),
        true,
        (columns, rows, context) -> {
          List<FlatColumn> flat = Nulls.flatten(columns);
          Validity valid = Nulls.of(flat, rows);
          MapOutput out = new MapOutput(type, rows);
          for (int i = 0; i < rows; i++) {
            if (valid.isNull(i)) {
              out.endNull();
              continue;
            }
            for (FlatColumn column : flat) {
              MapColumn map = (MapColumn) column;
              for (int e = map.starts()[i]; e < map.starts()[i] + map.lengths()[i]; e++) {
                out.put(map.keys(), e, map.values(), e, i);
              }
            }
            out.end();
          }
          return out.build();
        });
  }

  private static Expression bindFromText(FunctionCall call) {
    call.requireCount(1, 3);
    List<Expression> arguments = new ArrayList<>();
    arguments.add(call.exactly(0, AtomicType.STRING));
    arguments.add(
        call.count() > 1
            ? call.exactly(1, AtomicType.STRING)
            : new Literal(AtomicType.STRING, ",", ","));
    arguments.add(
        call.count() > 2
            ? call.exactly(2, AtomicType.STRING)
            : new Literal(AtomicType.STRING, ":", ":"));
    MapType type = new MapType(AtomicType.STRING, AtomicType.STRING, true);
    return new ScalarCall(
        "str_to_map",
        arguments,
        type,
        Nulls.anyNullable(arguments),
        true,
        (columns, rows, context) -> fromText(Nulls.flatten(columns), rows, type));
  }

  private static Column fromText(List<FlatColumn> columns, int rows, MapType type) {
    Validity valid = Nulls.of(columns, rows);
    // Keys and values of all rows, gathered before the maps are made of them.
    ColumnBuilder keys = ColumnBuilder.of(AtomicType.STRING, rows);
    ColumnBuilder values = ColumnBuilder.of(AtomicType.STRING, rows);
    int[] ends = new int[rows];
    String lastPair = "";
    String lastKey = "";
    BoundedPattern pair = BoundedPattern.compile("str_to_map", lastPair, 0);
    BoundedPattern key = pair;
    for (int i = 0; i < rows; i++) {
      if (valid.isValid(i)) {
        String pairText = ((BytesColumn) columns.get(1)).string(i);
        String keyText = ((BytesColumn) columns.get(2)).string(i);
        if (!pairText.equals(lastPair)) {
          pair = BoundedPattern.compile("str_to_map", pairText, i);
          lastPair = pairText;
        }
        if (!keyText.equals(lastKey)) {
          key = BoundedPattern.compile("str_to_map", keyText, i);
          lastKey = keyText;
        }
        for (String entry : pair.split(((BytesColumn) columns.get(0)).string(i), -1, i)) {
          String[] parts = key.split(entry, 2, i);
          keys.appendValue(parts[0]);
          values.appendValue(parts.length > 1 ? parts[1] : null);
        }
      }
      ends[i] = keys.size();
    }
    FlatColumn keyColumn = keys.build();
    FlatColumn valueColumn = values.build();
    MapOutput out = new MapOutput(type, rows);
    int at = 0;
    for (int i = 0; i < rows; i++) {
      for (; at < ends[i]; at++) {
        out.put(keyColumn, at, valueColumn, at, i);
      }
      if (valid.isValid(i)) {
        out.end();
      } else {
        out.endNull();
      }
    }
    return out.build();
  }
}
