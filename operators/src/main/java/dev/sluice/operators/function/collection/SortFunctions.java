package dev.sluice.operators.function.collection;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.data.ValueOrder;
import dev.sluice.operators.expression.EvaluationContext;
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
import dev.sluice.operators.function.aggregate.Orderable;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * {@code sort_array}, which puts nulls with the least, and {@code array_sort}, which puts them last
 * or asks a lambda.
 */
public final class SortFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of("sort_array", "array_sort");
  }

  @Override
  public Function function(String name) {
    if (name.equals("sort_array")) {
      return NamedFunction.of(
          name,
          FunctionDoc.of(
              "array_funcs",
              "sort_array(array[, ascendingOrder])",
              "The elements in order; nulls come first, or last when descending.",
              example("sort_array(array('b', 'd', null, 'c', 'a'), true)", "[null, a, b, c, d]")),
          SortFunctions::bindSortArray);
    }
    return NamedFunction.of(
        name,
        FunctionDoc.of(
            "lambda_funcs",
            "array_sort(array[, (left, right) -> expr])",
            "The elements in ascending order with nulls last, or in the order of a comparison that gives a negative number, 0 or a positive one.",
            example("array_sort(array('b', 'd', null, 'c', 'a'))", "[a, b, c, d, null]")),
        SortFunctions::bindArraySort);
  }

  private static Expression bindSortArray(FunctionCall call) {
    call.requireCount(1, 2);
    Expression array = Args.array(call, 0);
    ArrayType type = Args.arrayType(array);
    Orderable.require(call, 0, type.element());
    Expression ascending =
        call.count() == 2
            ? call.exactly(1, AtomicType.BOOLEAN)
            : new Literal(AtomicType.BOOLEAN, true, "true");
    ValueOrder order = ValueOrder.of(type.element());
    List<Expression> arguments = List.of(array, ascending);
    return new ScalarCall(
        "sort_array",
        arguments,
        type,
        Nulls.anyNullable(arguments),
        false,
        (columns, rows, context) -> {
          ArrayColumn arrays = Args.arrays(columns, 0);
          BooleanColumn up = (BooleanColumn) columns.get(1).flatten();
          FlatColumn elements = arrays.elements().flatten();
          Comparator<Integer> forward = (a, b) -> order.compare(elements, a, elements, b);
          Comparator<Integer> backward = forward.reversed();
          Validity valid = Nulls.of(arrays, up, rows);
          Picker picker = new Picker(rows, elements.size());
          for (int i = 0; i < rows; i++) {
            if (valid.isValid(i)) {
              pickSorted(arrays, i, up.get(i) ? forward : backward, picker);
            }
            picker.end();
          }
          return picker.build(type, elements, valid);
        });
  }

  private static void pickSorted(
      ArrayColumn arrays, int row, Comparator<Integer> order, Picker picker) {
    Integer[] positions = new Integer[arrays.lengths()[row]];
    for (int k = 0; k < positions.length; k++) {
      positions[k] = arrays.starts()[row] + k;
    }
    Arrays.sort(positions, order);
    for (int position : positions) {
      picker.pick(position);
    }
  }

  private static Expression bindArraySort(FunctionCall call) {
    call.requireCount(1, 2);
    Expression array = Args.typedArray(call, 0);
    ArrayType type = Args.arrayType(array);
    if (call.count() == 1) {
      Orderable.require(call, 0, type.element());
      return sortNullsLast(array, type);
    }
    LambdaBody lambda =
        LambdaBody.of(
            call,
            1,
            List.of(type.element(), type.element()),
            List.of(type.containsNull(), type.containsNull()));
    if (lambda.type() != AtomicType.INT) {
      throw call.error(
          "DATATYPE_MISMATCH.UNEXPECTED_RETURN_TYPE",
          1,
          "the comparison of 'array_sort' must give an INT, not " + lambda.type().sql(),
          "cast it");
    }
    return new LambdaCall(
        "array_sort",
        List.of(array),
        List.of(lambda),
        type,
        array.nullable(),
        (columns, input, context) -> {
          ArrayColumn arrays = Args.arrays(columns, 0);
          Column elements = arrays.elements();
          Picker picker = new Picker(input.rows(), elements.size());
          for (int i = 0; i < input.rows(); i++) {
            if (!arrays.isNull(i)) {
              int row = i;
              pickSorted(
                  arrays,
                  i,
                  (a, b) -> compare(lambda, elements, a, b, row, input, context),
                  picker);
            }
            picker.end();
          }
          return picker.build(type, elements, arrays.validity());
        });
  }

  private static int compare(
      LambdaBody lambda,
      Column elements,
      int a,
      int b,
      int row,
      Batch input,
      EvaluationContext context) {
    List<Column> pair =
        List.of(elements.select(new int[] {a}, 1), elements.select(new int[] {b}, 1));
    Column result = lambda.evaluate(input, new int[] {row}, 1, pair, context);
    if (result.isNull(0)) {
      throw new EvaluationException(
          "COMPARATOR_RETURNS_NULL",
          "the comparison of 'array_sort' gave null for two elements",
          row);
    }
    return ((IntColumn) result.flatten()).get(0);
  }

  private static Expression sortNullsLast(Expression array, ArrayType type) {
    ValueOrder order = ValueOrder.of(type.element());
    return new ScalarCall(
        "array_sort",
        List.of(array),
        type,
        array.nullable(),
        false,
        (columns, rows, context) -> {
          ArrayColumn arrays = Args.arrays(columns, 0);
          FlatColumn elements = arrays.elements().flatten();
          Comparator<Integer> nullsLast =
              (a, b) ->
                  elements.isNull(a) || elements.isNull(b)
                      ? Boolean.compare(elements.isNull(a), elements.isNull(b))
                      : order.compare(elements, a, elements, b);
          Picker picker = new Picker(rows, elements.size());
          for (int i = 0; i < rows; i++) {
            if (!arrays.isNull(i)) {
              pickSorted(arrays, i, nullsLast, picker);
            }
            picker.end();
          }
          return picker.build(type, elements, arrays.validity());
        });
  }
}
