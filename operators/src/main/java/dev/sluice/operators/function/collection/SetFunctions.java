package dev.sluice.operators.function.collection;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.Columns;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.data.ValueOrder;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.Nulls;
import dev.sluice.operators.function.ScalarCall;
import dev.sluice.operators.function.aggregate.Orderable;
import java.util.List;

/**
 * Arrays as sets, in the order in which values first come; and arrays without some of their
 * elements. Null equals null here.
 */
public final class SetFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of(
        "array_distinct",
        "array_union",
        "array_intersect",
        "array_except",
        "array_remove",
        "array_compact");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "array_distinct" ->
          declare(
              name,
              "array_distinct(array)",
              "The array with every value once.",
              example("array_distinct(array(1, 2, 3, null, 3))", "[1, 2, 3, null]"),
              SetFunctions::bindDistinct);
      case "array_union" ->
          declare(
              name,
              "array_union(array1, array2)",
              "The different values of both.",
              example("array_union(array(1, 2, 3), array(1, 3, 5))", "[1, 2, 3, 5]"),
              SetFunctions::bindUnion);
      case "array_intersect" ->
          declare(
              name,
              "array_intersect(array1, array2)",
              "The different values that both hold.",
              example("array_intersect(array(1, 2, 3), array(1, 3, 5))", "[1, 3]"),
              call -> bindFilter(call, true));
      case "array_except" ->
          declare(
              name,
              "array_except(array1, array2)",
              "The different values of the first that the second does not hold.",
              example("array_except(array(1, 2, 3), array(1, 3, 5))", "[2]"),
              call -> bindFilter(call, false));
      case "array_remove" ->
          declare(
              name,
              "array_remove(array, element)",
              "The array without the elements that equal this one.",
              example("array_remove(array(1, 2, 3, null, 3), 3)", "[1, 2, null]"),
              SetFunctions::bindRemove);
      case "array_compact" ->
          declare(
              name,
              "array_compact(array)",
              "The array without its nulls.",
              example("array_compact(array(1, 2, 3, null))", "[1, 2, 3]"),
              SetFunctions::bindCompact);
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
        name, FunctionDoc.of("array_funcs", usage, description, example), binder);
  }

  private static Expression bindDistinct(FunctionCall call) {
    call.requireCount(1, 1);
    Expression array = Args.array(call, 0);
    ArrayType type = Args.arrayType(array);
    Orderable.require(call, 0, type.element());
    return new ScalarCall(
        "array_distinct",
        List.of(array),
        type,
        array.nullable(),
        false,
        (columns, rows, context) -> {
          ArrayColumn arrays = Args.arrays(columns, 0);
          ValueSet set = ValueSet.ofElements(ValueOrder.of(type.element()));
          Picker picker = new Picker(rows, rows);
          for (int i = 0; i < rows; i++) {
            if (!arrays.isNull(i)) {
              set.clear();
              pickNew(arrays, i, arrays.elements(), 0, set, picker);
            }
            picker.end();
          }
          return picker.build(type, arrays.elements(), arrays.validity());
        });
  }

  private static void pickNew(
      ArrayColumn arrays, int row, Column elements, int offset, ValueSet set, Picker picker) {
    int end = arrays.starts()[row] + arrays.lengths()[row];
    for (int k = arrays.starts()[row]; k < end; k++) {
      if (set.add(elements, offset + k)) {
        picker.pick(offset + k);
      }
    }
  }

  private static Expression bindUnion(FunctionCall call) {
    List<Expression> arrays = Args.twoArrays(call);
    ArrayType first = Args.arrayType(arrays.get(0));
    Orderable.require(call, 0, first.element());
    ArrayType type =
        new ArrayType(
            first.element(), first.containsNull() || Args.arrayType(arrays.get(1)).containsNull());
    return new ScalarCall(
        "array_union",
        arrays,
        type,
        Nulls.anyNullable(arrays),
        false,
        (columns, rows, context) -> {
          ArrayColumn a = Args.arrays(columns, 0);
          ArrayColumn b = Args.arrays(columns, 1);
          FlatColumn elements =
              Columns.concatenate(type.element(), List.of(a.elements(), b.elements()));
          Validity valid = Nulls.of(a, b, rows);
          ValueSet set = ValueSet.ofElements(ValueOrder.of(type.element()));
          Picker picker = new Picker(rows, rows);
          for (int i = 0; i < rows; i++) {
            if (valid.isValid(i)) {
              set.clear();
              pickNew(a, i, elements, 0, set, picker);
              pickNew(b, i, elements, a.elements().size(), set, picker);
            }
            picker.end();
          }
          return picker.build(type, elements, valid);
        });
  }

  private static Expression bindFilter(FunctionCall call, boolean common) {
    List<Expression> arrays = Args.twoArrays(call);
    ArrayType type = Args.arrayType(arrays.get(0));
    Orderable.require(call, 0, type.element());
    return new ScalarCall(
        Args.name(call),
        arrays,
        type,
        Nulls.anyNullable(arrays),
        false,
        (columns, rows, context) -> {
          ArrayColumn a = Args.arrays(columns, 0);
          ArrayColumn b = Args.arrays(columns, 1);
          Validity valid = Nulls.of(a, b, rows);
          ValueSet others = ValueSet.ofElements(ValueOrder.of(type.element()));
          ValueSet chosen = ValueSet.ofElements(ValueOrder.of(type.element()));
          Picker picker = new Picker(rows, rows);
          for (int i = 0; i < rows; i++) {
            if (valid.isValid(i)) {
              others.clear();
              chosen.clear();
              for (int k = b.starts()[i]; k < b.starts()[i] + b.lengths()[i]; k++) {
                others.add(b.elements(), k);
              }
              for (int k = a.starts()[i]; k < a.starts()[i] + a.lengths()[i]; k++) {
                if (others.contains(a.elements(), k) == common && chosen.add(a.elements(), k)) {
                  picker.pick(k);
                }
              }
            }
            picker.end();
          }
          return picker.build(type, a.elements(), valid);
        });
  }

  private static Expression bindRemove(FunctionCall call) {
    call.requireCount(2, 2);
    Args.ArrayAndValue pair = Args.sameKind(call, 0, 1);
    ArrayType type = Args.arrayType(pair.array());
    Orderable.require(call, 0, type.element());
    ValueOrder order = ValueOrder.of(type.element());
    return new ScalarCall(
        "array_remove",
        List.of(pair.array(), pair.value()),
        type,
        pair.array().nullable() || pair.value().nullable(),
        false,
        (columns, rows, context) -> {
          ArrayColumn arrays = Args.arrays(columns, 0);
          FlatColumn values = columns.get(1).flatten();
          Validity valid = Nulls.of(arrays, values, rows);
          Picker picker = new Picker(rows, arrays.elements().size());
          for (int i = 0; i < rows; i++) {
            if (valid.isValid(i)) {
              for (int k = arrays.starts()[i]; k < arrays.starts()[i] + arrays.lengths()[i]; k++) {
                if (order.compare(arrays.elements(), k, values, i) != 0) {
                  picker.pick(k);
                }
              }
            }
            picker.end();
          }
          return picker.build(type, arrays.elements(), valid);
        });
  }

  private static Expression bindCompact(FunctionCall call) {
    call.requireCount(1, 1);
    Expression array = Args.array(call, 0);
    ArrayType type = new ArrayType(Args.arrayType(array).element(), false);
    return new ScalarCall(
        "array_compact",
        List.of(array),
        type,
        array.nullable(),
        false,
        (columns, rows, context) -> {
          ArrayColumn arrays = Args.arrays(columns, 0);
          Picker picker = new Picker(rows, arrays.elements().size());
          for (int i = 0; i < rows; i++) {
            if (!arrays.isNull(i)) {
              for (int k = arrays.starts()[i]; k < arrays.starts()[i] + arrays.lengths()[i]; k++) {
                if (!arrays.elements().isNull(k)) {
                  picker.pick(k);
                }
              }
            }
            picker.end();
          }
          return picker.build(type, arrays.elements(), arrays.validity());
        });
  }
}
