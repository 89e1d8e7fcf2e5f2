package dev.sluice.operators.function.sketch;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.CollatedType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Aggregation;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedAggregate;
import dev.sluice.operators.function.NamedFunction;
import java.util.List;

/** HyperLogLog sketches that can be stored and united. */
public final class DistinctFunctions implements FunctionFamily {
  private static final int DEFAULT_LG_K = 12;
  private static final String ROWS = " FROM VALUES (1), (1), (2), (2), (3) AS tab(col)";

  @Override
  public List<String> names() {
    return List.of("hll_sketch_agg", "hll_union_agg", "hll_union", "hll_sketch_estimate");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "hll_sketch_agg" ->
          NamedAggregate.of(
              name,
              FunctionDoc.of(
                  "agg_funcs",
                  "hll_sketch_agg(expr[, lgConfigK])",
                  "A HyperLogLog sketch of the different values, of 2^lgConfigK registers.",
                  example("hll_sketch_estimate(hll_sketch_agg(col, 12))" + ROWS, "3")),
              DistinctFunctions::sketch);
      case "hll_union_agg" ->
          NamedAggregate.of(
              name,
              FunctionDoc.of(
                  "agg_funcs",
                  "hll_union_agg(sketch[, allowDifferentLgConfigK])",
                  "The union of HyperLogLog sketches.",
                  example(
                      "hll_sketch_estimate(hll_union_agg(s)) FROM (SELECT hll_sketch_agg(col) AS s"
                          + ROWS
                          + ")",
                      "3")),
              DistinctFunctions::unionAll);
      case "hll_union" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "misc_funcs",
                  "hll_union(first, second[, allowDifferentLgConfigK])",
                  "The union of two HyperLogLog sketches.",
                  example("hll_union(CAST(NULL AS BINARY), X'00')", "NULL")),
              DistinctFunctions::union);
      case "hll_sketch_estimate" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "misc_funcs",
                  "hll_sketch_estimate(sketch)",
                  "About how many different values a HyperLogLog sketch has seen.",
                  example("hll_sketch_estimate(CAST(NULL AS BINARY))", "NULL")),
              DistinctFunctions::estimate);
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static Aggregation sketch(FunctionCall call) {
    call.requireCount(1, 2);
    Expression value = counted(call);
    int precision = SketchArguments.constantInt(call, 1, DEFAULT_LG_K);
    if (precision < DistinctSketch.LEAST || precision > DistinctSketch.MOST) {
      throw call.error(
          "HLL_INVALID_LG_K",
          1,
          "lgConfigK must be between "
              + DistinctSketch.LEAST
              + " and "
              + DistinctSketch.MOST
              + ", not "
              + precision,
          null);
    }
    return SketchCalls.stored(
        call,
        value,
        List.of(value.sql(), String.valueOf(precision)),
        () -> new DistinctSketch(precision));
  }

  /** The values to count: of these types as they are, others are not cast. */
  private static Expression counted(FunctionCall call) {
    DataType type = call.argument(0).type();
    boolean known =
        type == AtomicType.INT
            || type == AtomicType.BIGINT
            || type == AtomicType.STRING
            || type instanceof CollatedType
            || type == AtomicType.BINARY
            || type == AtomicType.NULL;
    if (!known) {
      throw SketchArguments.unexpected(call, 0, "INT, BIGINT, STRING or BINARY");
    }
    return call.coerce(0, AtomicType.INT, AtomicType.BIGINT, AtomicType.STRING, AtomicType.BINARY);
  }

  private static boolean differentAllowed(FunctionCall call, int argument) {
    if (call.count() <= argument) {
      return false;
    }
    call.coerce(argument, AtomicType.BOOLEAN);
    return Boolean.TRUE.equals(call.constant(argument));
  }

  private static Aggregation unionAll(FunctionCall call) {
    call.requireCount(1, 2);
    Expression value = SketchArguments.binary(call, 0);
    boolean different = differentAllowed(call, 1);
    return SketchCalls.stored(
        call,
        value,
        List.of(value.sql(), String.valueOf(different)),
        () -> new Union(call.name(), different));
  }

  /** Sketches put together, which are of one size unless others are allowed. */
  private static final class Union implements Sketch {
    private final String name;
    private final boolean different;
    private DistinctSketch sketch = new DistinctSketch(DEFAULT_LG_K);
    private boolean empty = true;

    Union(String name, boolean different) {
      this.name = name;
      this.different = different;
    }

    @Override
    public void add(List<FlatColumn> arguments, int row) {
      DistinctSketch other =
          DistinctSketch.read(SketchArguments.bytes(arguments.get(0), row))
              .orElseThrow(() -> SketchCalls.invalid(name, "HLL", row));
      take(other, row);
    }

    private void take(DistinctSketch other, int row) {
      if (empty) {
        sketch = other;
        empty = false;
      } else {
        requireAlike(name, sketch, other, different, row);
        sketch.merge(other);
      }
    }

    @Override
    public void merge(byte[] other) {
      DistinctSketch.read(other).ifPresent(theirs -> take(theirs, 0));
    }

    @Override
    public byte[] write() {
      return sketch.write();
    }
  }

  private static void requireAlike(
      String name, DistinctSketch a, DistinctSketch b, boolean different, int row) {
    if (!different && a.precision() != b.precision()) {
      throw new EvaluationException(
          "HLL_UNION_DIFFERENT_LG_K",
          "the sketches have the lgConfigK "
              + a.precision()
              + " and "
              + b.precision()
              + "; the last argument of '"
              + name
              + "' can allow it",
          row);
    }
  }

  private static Expression union(FunctionCall call) {
    call.requireCount(2, 3);
    List<Expression> sketches =
        List.of(SketchArguments.binary(call, 0), SketchArguments.binary(call, 1));
    boolean different = differentAllowed(call, 2);
    return SketchCalls.scalar(
        call,
        sketches,
        AtomicType.BINARY,
        (columns, row) -> {
          DistinctSketch a =
              SketchCalls.read(call, "HLL", DistinctSketch::read, columns.get(0), row);
          DistinctSketch b =
              SketchCalls.read(call, "HLL", DistinctSketch::read, columns.get(1), row);
          requireAlike(call.name(), a, b, different, row);
          a.merge(b);
          return a.write();
        });
  }

  private static Expression estimate(FunctionCall call) {
    call.requireCount(1, 1);
    return SketchCalls.scalar(
        call,
        List.of(SketchArguments.binary(call, 0)),
        AtomicType.BIGINT,
        (columns, row) ->
            SketchCalls.read(call, "HLL", DistinctSketch::read, columns.get(0), row).estimate());
  }
}
