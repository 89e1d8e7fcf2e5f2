package dev.sluice.operators.function.collection;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.ArrayColumn;
import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.ColumnBuilder;
import dev.sluice.operators.data.Columns;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.Nulls;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Functions of arrays with a lambda, which runs once over the elements of all rows of a batch. */
public final class LambdaFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of("transform", "filter", "exists", "forall", "zip_with", "aggregate", "reduce");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "transform" ->
          declare(
              name,
              "transform(array, x -> expr) / transform(array, (x, i) -> expr)",
              "The array of what the lambda makes of each element, and its index.",
              example("transform(array(1, 2, 3), x -> x + 1)", "[2, 3, 4]"),
              LambdaFunctions::bindTransform);
      case "filter" ->
          declare(
              name,
              "filter(array, x -> condition) / filter(array, (x, i) -> condition)",
              "The elements for which the condition is true.",
              example("filter(array(1, 2, 3), x -> x % 2 == 1)", "[1, 3]"),
              LambdaFunctions::bindFilter);
      case "exists" ->
          declare(
              "exists",
              "exists(array, x -> condition)",
              "True if the condition is for some element; else null if it is for one.",
              example("exists(array(1, 2, 3), x -> x % 2 == 0)", "true"),
              call -> bindQuantifier(call, true));
      case "forall" ->
          declare(
              "forall",
              "forall(array, x -> condition)",
              "True if the condition is for all elements; false if it is for one, else null if it"
                  + " is for one.",
              example("forall(array(2, 4, 8), x -> x % 2 == 0)", "true"),
              call -> bindQuantifier(call, false));
      case "zip_with" ->
          declare(
              name,
              "zip_with(left, right, (x, y) -> expr)",
              "The array of what the lambda makes of the elements at each position; the shorter"
                  + " array is filled with nulls.",
              example("zip_with(array(1, 2), array(3, 4), (x, y) -> x + y)", "[4, 6]"),
              LambdaFunctions::bindZipWith);
      case "aggregate", "reduce" ->
          declare(
                  "aggregate",
                  "aggregate(array, start, (acc, x) -> expr[, acc -> expr])",
                  "Folds the elements from the left, and then makes the result of what came out.",
                  example("aggregate(array(1, 2, 3), 0, (acc, x) -> acc + x)", "6"),
                  LambdaFunctions::bindAggregate)
              .withAliases("reduce");
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

  /** A lambda of an element, or of an element and its index. */
  private static LambdaBody elementLambda(FunctionCall call, ArrayType type) {
    return call.isLambda(1) && call.lambdaParameters(1) == 2
        ? LambdaBody.of(
            call, 1, List.of(type.element(), AtomicType.INT), List.of(type.containsNull(), false))
        : LambdaBody.of(call, 1, List.of(type.element()), List.of(type.containsNull()));
  }

  private static boolean indexed(FunctionCall call) {
    return call.isLambda(1) && call.lambdaParameters(1) == 2;
  }

  private static List<Column> parameters(Elements elements, Column values, boolean indexed) {
    Column selected = elements.select(values);
    return indexed ? List.of(selected, elements.indexes()) : List.of(selected);
  }

  private static Expression bindTransform(FunctionCall call) {
    call.requireCount(2, 2);
    Expression array = Args.typedArray(call, 0);
    LambdaBody lambda = elementLambda(call, Args.arrayType(array));
    boolean indexed = indexed(call);
    ArrayType type = new ArrayType(lambda.type(), lambda.nullable());
    return new LambdaCall(
        "transform",
        List.of(array),
        List.of(lambda),
        type,
        array.nullable(),
        (columns, input, context) -> {
          ArrayColumn arrays = Args.arrays(columns, 0);
          Elements elements = Elements.of(arrays);
          Column made =
              lambda.evaluate(
                  input,
                  elements.parents(),
                  elements.count(),
                  parameters(elements, arrays.elements(), indexed),
                  context);
          return new ArrayColumn(
              type, made, elements.starts(), elements.lengths(), arrays.validity(), input.rows());
        });
  }

  private static LambdaBody condition(FunctionCall call, LambdaBody lambda, int argument) {
    if (lambda.type() == AtomicType.BOOLEAN) {
      return lambda;
    }
    if (lambda.type() == AtomicType.NULL) {
      return lambda.returning(call, argument, AtomicType.BOOLEAN);
    }
    throw call.error(
        "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
        argument,
        "the condition of '" + call.name() + "' must be a BOOLEAN, not " + lambda.type().sql(),
        null);
  }

  private static Expression bindFilter(FunctionCall call) {
    call.requireCount(2, 2);
    Expression array = Args.typedArray(call, 0);
    ArrayType type = Args.arrayType(array);
    boolean indexed = indexed(call);
    LambdaBody lambda = condition(call, elementLambda(call, type), 1);
    return new LambdaCall(
        "filter",
        List.of(array),
        List.of(lambda),
        type,
        array.nullable(),
        (columns, input, context) -> {
          ArrayColumn arrays = Args.arrays(columns, 0);
          Elements elements = Elements.of(arrays);
          BooleanColumn kept =
              (BooleanColumn)
                  lambda
                      .evaluate(
                          input,
                          elements.parents(),
                          elements.count(),
                          parameters(elements, arrays.elements(), indexed),
                          context)
                      .flatten();
          Picker picker = new Picker(input.rows(), elements.count());
          int at = 0;
          for (int i = 0; i < input.rows(); i++) {
            for (int k = 0; k < elements.lengths()[i]; k++, at++) {
              if (!kept.isNull(at) && kept.get(at)) {
                picker.pick(elements.positions()[at]);
              }
            }
            picker.end();
          }
          return picker.build(type, arrays.elements(), arrays.validity());
        });
  }

  /** {@code exists} looks for a true, {@code forall} for a false; a null leaves it open. */
  private static Expression bindQuantifier(FunctionCall call, boolean wanted) {
    call.requireCount(2, 2);
    Expression array = Args.typedArray(call, 0);
    ArrayType type = Args.arrayType(array);
    LambdaBody lambda =
        condition(
            call, LambdaBody.of(call, 1, List.of(type.element()), List.of(type.containsNull())), 1);
    return new LambdaCall(
        wanted ? "exists" : "forall",
        List.of(array),
        List.of(lambda),
        AtomicType.BOOLEAN,
        array.nullable() || lambda.nullable(),
        (columns, input, context) -> {
          ArrayColumn arrays = Args.arrays(columns, 0);
          Elements elements = Elements.of(arrays);
          BooleanColumn truths =
              (BooleanColumn)
                  lambda
                      .evaluate(
                          input,
                          elements.parents(),
                          elements.count(),
                          parameters(elements, arrays.elements(), false),
                          context)
                      .flatten();
          int rows = input.rows();
          boolean[] result = new boolean[rows];
          boolean[] nulls = new boolean[rows];
          for (int i = 0; i < rows; i++) {
            boolean found = false;
            boolean open = false;
            for (int k = elements.starts()[i];
                k < elements.starts()[i] + elements.lengths()[i];
                k++) {
              open |= truths.isNull(k);
              found |= !truths.isNull(k) && truths.get(k) == wanted;
            }
            result[i] = found == wanted;
            nulls[i] = arrays.isNull(i) || (!found && open);
          }
          return new BooleanColumn(AtomicType.BOOLEAN, result, Validity.ofNulls(nulls, rows), rows);
        });
  }

  private static Expression bindZipWith(FunctionCall call) {
    call.requireCount(3, 3);
    List<Expression> arrays = List.of(Args.typedArray(call, 0), Args.typedArray(call, 1));
    LambdaBody lambda =
        LambdaBody.of(
            call,
            2,
            List.of(
                Args.arrayType(arrays.get(0)).element(), Args.arrayType(arrays.get(1)).element()),
            List.of(true, true));
    ArrayType type = new ArrayType(lambda.type(), lambda.nullable());
    return new LambdaCall(
        "zip_with",
        arrays,
        List.of(lambda),
        type,
        Nulls.anyNullable(arrays),
        (columns, input, context) -> {
          ArrayColumn left = Args.arrays(columns, 0);
          ArrayColumn right = Args.arrays(columns, 1);
          int rows = input.rows();
          Validity valid = Nulls.of(left, right, rows);
          int[] starts = new int[rows];
          int[] lengths = new int[rows];
          int total = 0;
          for (int i = 0; i < rows; i++) {
            starts[i] = total;
            lengths[i] = valid.isValid(i) ? Math.max(left.lengths()[i], right.lengths()[i]) : 0;
            total += lengths[i];
          }
          int[] parents = new int[total];
          for (int i = 0, at = 0; i < rows; i++) {
            for (int k = 0; k < lengths[i]; k++) {
              parents[at++] = i;
            }
          }
          List<Column> parameters =
              List.of(
                  JoinFunctions.padded(left, lengths, total),
                  JoinFunctions.padded(right, lengths, total));
          Column made = lambda.evaluate(input, parents, total, parameters, context);
          return new ArrayColumn(type, made, starts, lengths, valid, rows);
        });
  }

  private static Expression bindAggregate(FunctionCall call) {
    call.requireCount(3, 4);
    Expression array = Args.typedArray(call, 0);
    Expression start = call.argument(1);
    ArrayType type = Args.arrayType(array);
    DataType state = start.type();
    List<Boolean> nullable = List.of(true, type.containsNull());
    LambdaBody given = LambdaBody.of(call, 2, List.of(state, type.element()), nullable);
    if (!given.type().catalogString().equals(state.catalogString())
        && !mergeable(call, given, state)) {
      throw call.error(
          "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
          2,
          "the lambda of '"
              + call.name()
              + "' must give what it starts from, "
              + state.sql()
              + ", not "
              + given.type().sql(),
          "cast the start");
    }
    LambdaBody merge = given.returning(call, 2, state);
    List<LambdaBody> lambdas = new ArrayList<>(List.of(merge));
    Optional<LambdaBody> finish = Optional.empty();
    if (call.count() == 4) {
      finish = Optional.of(LambdaBody.of(call, 3, List.of(state), List.of(true)));
      lambdas.add(finish.get());
    }
    Optional<LambdaBody> last = finish;
    DataType result = last.map(LambdaBody::type).orElse(state);
    return new LambdaCall(
        Args.name(call),
        List.of(array, start),
        lambdas,
        result,
        true,
        (columns, input, context) -> {
          ArrayColumn arrays = Args.arrays(columns, 0);
          int rows = input.rows();
          Column folded = fold(arrays, columns.get(1), merge, state, input, context);
          int[] all = new int[rows];
          for (int i = 0; i < rows; i++) {
            all[i] = i;
          }
          Column made =
              last.isEmpty()
                  ? folded
                  : last.get().evaluate(input, all, rows, List.of(folded), context);
          return Columns.withNulls(made.flatten(), arrays.validity());
        });
  }

  private static boolean mergeable(FunctionCall call, LambdaBody lambda, DataType state) {
    return lambda.type() == AtomicType.NULL
        || call.commonType(List.of(lambda.type(), state))
            .filter(common -> common.catalogString().equals(state.catalogString()))
            .isPresent();
  }

  /** Step by step over element positions: step k takes element k of every row that has one. */
  private static Column fold(
      ArrayColumn arrays,
      Column start,
      LambdaBody merge,
      DataType state,
      Batch input,
      EvaluationContext context) {
    int rows = input.rows();
    int longest = 0;
    for (int i = 0; i < rows; i++) {
      longest = Math.max(longest, arrays.isNull(i) ? 0 : arrays.lengths()[i]);
    }
    FlatColumn current = start.flatten();
    for (int step = 0; step < longest; step++) {
      int[] active = new int[rows];
      int[] positions = new int[rows];
      int count = 0;
      for (int i = 0; i < rows; i++) {
        if (!arrays.isNull(i) && arrays.lengths()[i] > step) {
          active[count] = i;
          positions[count++] = arrays.starts()[i] + step;
        }
      }
      Column made =
          merge.evaluate(
              input,
              active,
              count,
              List.of(current.select(active, count), arrays.elements().select(positions, count)),
              context);
      current =
          count == rows ? made.flatten() : replaced(current, made, active, count, state, rows);
    }
    return current;
  }

  private static FlatColumn replaced(
      FlatColumn current, Column made, int[] active, int count, DataType state, int rows) {
    ColumnBuilder builder = ColumnBuilder.of(state, rows);
    int at = 0;
    for (int i = 0; i < rows; i++) {
      if (at < count && active[at] == i) {
        builder.appendFrom(made, at++);
      } else {
        builder.appendFrom(current, i);
      }
    }
    return builder.build();
  }
}
