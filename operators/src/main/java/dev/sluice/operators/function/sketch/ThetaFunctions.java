package dev.sluice.operators.function.sketch;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Aggregation;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedAggregate;
import dev.sluice.operators.function.NamedFunction;
import java.util.List;

/**
 * Theta sketches: sets of values that can be united, cut and subtracted when only they are left.
 */
public final class ThetaFunctions implements FunctionFamily {
  private static final int DEFAULT_SIZE = 12;
  private static final String ROWS = " FROM VALUES (1), (1), (2), (2), (3) AS tab(col)";

  @Override
  public List<String> names() {
    return List.of(
        "theta_sketch_agg",
        "theta_union_agg",
        "theta_intersection_agg",
        "theta_union",
        "theta_intersection",
        "theta_difference",
        "theta_sketch_estimate");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "theta_sketch_agg" ->
          aggregate(
              name,
              "theta_sketch_agg(expr[, lgNomEntries])",
              "A theta sketch of the different values, of at most 2^lgNomEntries hashes.",
              "theta_sketch_estimate(theta_sketch_agg(col, 12))" + ROWS,
              ThetaFunctions::sketch);
      case "theta_union_agg" ->
          aggregate(
              name,
              "theta_union_agg(sketch[, lgNomEntries])",
              "The union of theta sketches.",
              ofSketches("theta_union_agg"),
              ThetaFunctions::unionAll);
      case "theta_intersection_agg" ->
          aggregate(
              name,
              "theta_intersection_agg(sketch)",
              "What is in all theta sketches.",
              ofSketches("theta_intersection_agg"),
              ThetaFunctions::intersectAll);
      case "theta_union" ->
          scalar(
              name,
              "theta_union(first, second[, lgNomEntries])",
              "The union of two theta sketches.",
              "theta_union(NULL, X'00')",
              ThetaFunctions::union);
      case "theta_intersection" ->
          scalar(
              name,
              "theta_intersection(first, second)",
              "What is in both theta sketches.",
              "theta_intersection(NULL, X'00')",
              ThetaFunctions::intersection);
      case "theta_difference" ->
          scalar(
              name,
              "theta_difference(first, second)",
              "What is in the first theta sketch and not in the second.",
              "theta_difference(NULL, X'00')",
              ThetaFunctions::difference);
      case "theta_sketch_estimate" ->
          scalar(
              name,
              "theta_sketch_estimate(sketch)",
              "About how many different values are in a theta sketch.",
              "theta_sketch_estimate(CAST(NULL AS BINARY))",
              ThetaFunctions::estimate);
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static String ofSketches(String name) {
    return "theta_sketch_estimate("
        + name
        + "(s)) FROM (SELECT theta_sketch_agg(col) AS s"
        + ROWS
        + ")";
  }

  private static NamedAggregate aggregate(
      String name, String usage, String description, String example, NamedAggregate.Binder binder) {
    return NamedAggregate.of(
        name, FunctionDoc.of("agg_funcs", usage, description, example(example, "3")), binder);
  }

  private static NamedFunction scalar(
      String name, String usage, String description, String example, NamedFunction.Binder binder) {
    return NamedFunction.of(
        name, FunctionDoc.of("misc_funcs", usage, description, example(example, "NULL")), binder);
  }

  private static int size(FunctionCall call, int argument) {
    if (call.count() > argument && !call.argument(argument).foldable()) {
      throw call.error(
          "THETA_LG_NOM_ENTRIES_MUST_BE_CONSTANT",
          argument,
          "lgNomEntries must be a constant",
          null);
    }
    int size = SketchArguments.constantInt(call, argument, DEFAULT_SIZE);
    if (size < ThetaSketch.LEAST || size > ThetaSketch.MOST) {
      throw call.error(
          "THETA_INVALID_LG_NOM_ENTRIES",
          argument,
          "lgNomEntries must be between "
              + ThetaSketch.LEAST
              + " and "
              + ThetaSketch.MOST
              + ", not "
              + size,
          null);
    }
    return size;
  }

  private static Aggregation sketch(FunctionCall call) {
    call.requireCount(1, 2);
    DataType type = call.argument(0).type();
    boolean list =
        type instanceof ArrayType array
            && (array.element() == AtomicType.INT || array.element() == AtomicType.BIGINT);
    Expression value =
        list
            ? call.argument(0)
            : call.coerce(
                0,
                AtomicType.INT,
                AtomicType.BIGINT,
                AtomicType.FLOAT,
                AtomicType.DOUBLE,
                AtomicType.STRING,
                AtomicType.BINARY);
    int size = size(call, 1);
    return SketchCalls.stored(
        call,
        value,
        List.of(value.sql(), String.valueOf(size)),
        () -> new ThetaSketch(size, ThetaSketch.Merge.UNION));
  }

  private static Aggregation unionAll(FunctionCall call) {
    call.requireCount(1, 2);
    Expression value = SketchArguments.binary(call, 0);
    int size = size(call, 1);
    return SketchCalls.stored(
        call,
        value,
        List.of(value.sql(), String.valueOf(size)),
        () -> checked(call, new ThetaSketch(size, ThetaSketch.Merge.UNION)));
  }

  private static Aggregation intersectAll(FunctionCall call) {
    call.requireCount(1, 1);
    Expression value = SketchArguments.binary(call, 0);
    return SketchCalls.stored(
        call,
        value,
        List.of(value.sql()),
        () -> checked(call, new ThetaSketch(DEFAULT_SIZE, ThetaSketch.Merge.INTERSECTION)));
  }

  private static SketchCalls.Checked<ThetaSketch> checked(FunctionCall call, ThetaSketch sketch) {
    return new SketchCalls.Checked<>(sketch, call.name(), "THETA", ThetaSketch::read);
  }

  /** What two sketches become; the first may be changed. */
  @FunctionalInterface
  private interface OfTwo {
    ThetaSketch apply(ThetaSketch a, ThetaSketch b);
  }

  private static Expression pair(FunctionCall call, OfTwo of) {
    return SketchCalls.scalar(
        call,
        List.of(SketchArguments.binary(call, 0), SketchArguments.binary(call, 1)),
        AtomicType.BINARY,
        (columns, row) ->
            of.apply(
                    SketchCalls.read(call, "THETA", ThetaSketch::read, columns.get(0), row),
                    SketchCalls.read(call, "THETA", ThetaSketch::read, columns.get(1), row))
                .write());
  }

  private static Expression union(FunctionCall call) {
    call.requireCount(2, 3);
    int size = size(call, 2);
    return pair(
        call,
        (a, b) -> {
          ThetaSketch union = new ThetaSketch(size, ThetaSketch.Merge.UNION);
          union.merge(a);
          union.merge(b);
          return union;
        });
  }

  private static Expression intersection(FunctionCall call) {
    call.requireCount(2, 2);
    return pair(
        call,
        (a, b) -> {
          ThetaSketch common = new ThetaSketch(DEFAULT_SIZE, ThetaSketch.Merge.INTERSECTION);
          common.merge(a);
          common.merge(b);
          return common;
        });
  }

  private static Expression difference(FunctionCall call) {
    call.requireCount(2, 2);
    return pair(
        call,
        (a, b) -> {
          a.subtract(b);
          return a;
        });
  }

  private static Expression estimate(FunctionCall call) {
    call.requireCount(1, 1);
    return SketchCalls.scalar(
        call,
        List.of(SketchArguments.binary(call, 0)),
        AtomicType.BIGINT,
        (columns, row) ->
            SketchCalls.read(call, "THETA", ThetaSketch::read, columns.get(0), row).estimate());
  }
}
