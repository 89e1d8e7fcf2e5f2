package dev.sluice.operators.function.collection;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Columns;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.MapColumn;
import dev.sluice.operators.data.MapType;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.data.ValueOrder;
import dev.sluice.operators.expression.Cast;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.Nulls;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Functions of maps with a lambda of key and value. */
public final class MapLambdaFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of("map_filter", "transform_keys", "transform_values", "map_zip_with");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "map_filter" ->
          declare(
              name,
              "map_filter(map, (k, v) -> condition)",
              "The entries for which the condition is true.",
              example("map_filter(map(1, 0, 2, 2, 3, -1), (k, v) -> k > v)", "{1 -> 0, 3 -> -1}"),
              MapLambdaFunctions::bindFilter);
      case "transform_keys" ->
          declare(
              name,
              "transform_keys(map, (k, v) -> expr)",
              "The map with the keys that the lambda makes.",
              example("transform_keys(map(1, 1, 2, 2), (k, v) -> k + 1)", "{2 -> 1, 3 -> 2}"),
              MapLambdaFunctions::bindTransformKeys);
      case "transform_values" ->
          declare(
              name,
              "transform_values(map, (k, v) -> expr)",
              "The map with the values that the lambda makes.",
              example("transform_values(map(1, 1, 2, 2), (k, v) -> v + 1)", "{1 -> 2, 2 -> 3}"),
              MapLambdaFunctions::bindTransformValues);
      case "map_zip_with" ->
          declare(
              name,
              "map_zip_with(map1, map2, (k, v1, v2) -> expr)",
              "A map over the keys of both, with what the lambda makes of the two values, null"
                  + " where a key is missing.",
              example(
                  "map_zip_with(map(1, 'a', 2, 'b'), map(1, 'x', 2, 'y'), (k, v1, v2) -> concat(v1,"
                      + " v2))",
                  "{1 -> ax, 2 -> by}"),
              MapLambdaFunctions::bindZipWith);
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static NamedFunction declare(
      String name,
      String usage,
      String description,
      FunctionDoc.Example example,
      NamedFunction.Binder binder) {
    return NamedFunction.of(
        name, FunctionDoc.of("lambda_funcs", usage, description, example), binder);
  }

  private static LambdaBody entryLambda(FunctionCall call, MapType type) {
    call.requireCount(2, 2);
    return LambdaBody.of(
        call, 1, List.of(type.key(), type.value()), List.of(false, type.valueContainsNull()));
  }

  private static Column run(
      LambdaBody lambda, MapColumn maps, Elements entries, Batch input, EvaluationContext context) {
    return lambda.evaluate(
        input,
        entries.parents(),
        entries.count(),
        List.of(entries.select(maps.keys()), entries.select(maps.values())),
        context);
  }

  private static Expression bindFilter(FunctionCall call) {
    call.requireCount(2, 2);
    Expression map = Args.typedMap(call, 0);
    MapType type = Args.mapType(map);
    LambdaBody given = entryLambda(call, type);
    LambdaBody lambda =
        given.type() == AtomicType.NULL ? given.returning(call, 1, AtomicType.BOOLEAN) : given;
    if (lambda.type() != AtomicType.BOOLEAN) {
      throw call.error(
          "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
          1,
          "the condition of 'map_filter' must be a BOOLEAN, not " + lambda.type().sql(),
          null);
    }
    return new LambdaCall(
        "map_filter",
        List.of(map),
        List.of(lambda),
        type,
        map.nullable(),
        (columns, input, context) -> {
          MapColumn maps = Args.maps(columns, 0);
          Elements entries = Elements.of(maps);
          BooleanColumn kept = (BooleanColumn) run(lambda, maps, entries, input, context).flatten();
          Picker picker = new Picker(input.rows(), entries.count());
          int at = 0;
          for (int i = 0; i < input.rows(); i++) {
            for (int k = 0; k < entries.lengths()[i]; k++, at++) {
              if (!kept.isNull(at) && kept.get(at)) {
                picker.pick(entries.positions()[at]);
              }
            }
            picker.end();
          }
          return new MapColumn(
              type,
              picker.pickFrom(maps.keys()),
              picker.pickFrom(maps.values()),
              picker.starts(),
              picker.lengths(),
              maps.validity(),
              input.rows());
        });
  }

  private static Expression bindTransformKeys(FunctionCall call) {
    call.requireCount(2, 2);
    Expression map = Args.typedMap(call, 0);
    MapType from = Args.mapType(map);
    LambdaBody lambda = entryLambda(call, from);
    MapOutput.requireKey(call, lambda.type());
    MapType type = new MapType(lambda.type(), from.value(), from.valueContainsNull());
    return new LambdaCall(
        "transform_keys",
        List.of(map),
        List.of(lambda),
        type,
        map.nullable(),
        (columns, input, context) -> {
          MapColumn maps = Args.maps(columns, 0);
          Elements entries = Elements.of(maps);
          Column keys = run(lambda, maps, entries, input, context);
          MapOutput out = new MapOutput(type, input.rows());
          int at = 0;
          for (int i = 0; i < input.rows(); i++) {
            if (maps.isNull(i)) {
              out.endNull();
              continue;
            }
            for (int k = 0; k < entries.lengths()[i]; k++, at++) {
              out.put(keys, at, maps.values(), entries.positions()[at], i);
            }
            out.end();
          }
          return out.build();
        });
  }

  private static Expression bindTransformValues(FunctionCall call) {
    call.requireCount(2, 2);
    Expression map = Args.typedMap(call, 0);
    MapType from = Args.mapType(map);
    LambdaBody lambda = entryLambda(call, from);
    MapType type = new MapType(from.key(), lambda.type(), lambda.nullable());
    return new LambdaCall(
        "transform_values",
        List.of(map),
        List.of(lambda),
        type,
        map.nullable(),
        (columns, input, context) -> {
          MapColumn maps = Args.maps(columns, 0);
          Elements entries = Elements.of(maps);
          Column values = run(lambda, maps, entries, input, context);
          return new MapColumn(
              type,
              entries.select(maps.keys()),
              values,
              entries.starts(),
              entries.lengths(),
              maps.validity(),
              input.rows());
        });
  }

  private static Expression bindZipWith(FunctionCall call) {
    call.requireCount(3, 3);
    Expression left = Args.typedMap(call, 0);
    Expression right = Args.typedMap(call, 1);
    MapType a = Args.mapType(left);
    MapType b = Args.mapType(right);
    Optional<DataType> common = Args.common(call, a.key(), b.key());
    if (common.isEmpty()) {
      throw call.error(
          "DATATYPE_MISMATCH.MAP_ZIP_WITH_DIFF_TYPES",
          -1,
          "'map_zip_with' wants two maps of one key type, not "
              + a.key().sql()
              + " and "
              + b.key().sql(),
          "cast one of them");
    }
    DataType key = common.get();
    List<Expression> maps =
        List.of(
            Cast.implicit(left, new MapType(key, a.value(), a.valueContainsNull()), call.session()),
            Cast.implicit(
                right, new MapType(key, b.value(), b.valueContainsNull()), call.session()));
    LambdaBody lambda =
        LambdaBody.of(call, 2, List.of(key, a.value(), b.value()), List.of(false, true, true));
    MapType type = new MapType(key, lambda.type(), lambda.nullable());
    return new LambdaCall(
        "map_zip_with",
        maps,
        List.of(lambda),
        type,
        Nulls.anyNullable(maps),
        (columns, input, context) ->
            zip(Args.maps(columns, 0), Args.maps(columns, 1), type, lambda, input, context));
  }

  private static Column zip(
      MapColumn left,
      MapColumn right,
      MapType type,
      LambdaBody lambda,
      Batch input,
      EvaluationContext context) {
    int rows = input.rows();
    Validity valid = Nulls.of(left, right, rows);
    FlatColumn keys = Columns.concatenate(type.key(), List.of(left.keys(), right.keys()));
    int offset = left.keys().size();
    ValueSet set = new ValueSet(ValueOrder.of(type.key()));
    Picker keyPicker = new Picker(rows, rows);
    Picker leftPicker = new Picker(rows, rows);
    Picker rightPicker = new Picker(rows, rows);
    for (int i = 0; i < rows; i++) {
      if (valid.isValid(i)) {
        set.clear();
        for (int k = left.starts()[i]; k < left.starts()[i] + left.lengths()[i]; k++) {
          set.add(keys, k);
          keyPicker.pick(k);
          leftPicker.pick(k);
        }
        int[] partners = partners(right, i, keys, offset, set, left.lengths()[i]);
        for (int partner : partners) {
          rightPicker.pick(partner);
        }
        for (int k = right.starts()[i]; k < right.starts()[i] + right.lengths()[i]; k++) {
          if (set.add(keys, offset + k)) {
            keyPicker.pick(offset + k);
            leftPicker.pick(-1);
            rightPicker.pick(k);
          }
        }
      }
      keyPicker.end();
      leftPicker.end();
      rightPicker.end();
    }
    Column chosen = keyPicker.pickFrom(keys);
    int[] parents = new int[chosen.size()];
    for (int i = 0; i < rows; i++) {
      Arrays.fill(
          parents, keyPicker.starts()[i], keyPicker.starts()[i] + keyPicker.lengths()[i], i);
    }
    Column values =
        lambda.evaluate(
            input,
            parents,
            parents.length,
            List.of(
                chosen, leftPicker.pickFrom(left.values()), rightPicker.pickFrom(right.values())),
            context);
    return new MapColumn(
        type, chosen, values, keyPicker.starts(), keyPicker.lengths(), valid, rows);
  }

  /** For each entry of the left map where the right one has the same key, or -1. */
  private static int[] partners(
      MapColumn right, int row, Column keys, int offset, ValueSet lefts, int count) {
    int[] partners = new int[count];
    Arrays.fill(partners, -1);
    for (int k = right.starts()[row]; k < right.starts()[row] + right.lengths()[row]; k++) {
      int at = lefts.indexOf(keys, offset + k);
      if (at >= 0) {
        partners[at] = k;
      }
    }
    return partners;
  }
}
