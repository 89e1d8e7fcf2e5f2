package dev.sluice.operators.function.sketch;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** KLL sketches of numbers: their quantiles and ranks in little space. One set for each type. */
public final class QuantileFunctions implements FunctionFamily {
  private static final int DEFAULT_K = 200;
  private static final List<String> FORMS =
      List.of(
          "kll_sketch_agg_",
          "kll_merge_agg_",
          "kll_sketch_to_string_",
          "kll_sketch_get_n_",
          "kll_sketch_merge_",
          "kll_sketch_get_quantile_",
          "kll_sketch_get_rank_");

  @Override
  public List<String> names() {
    List<String> names = new ArrayList<>();
    for (String form : FORMS) {
      for (QuantileSketch.Kind kind : QuantileSketch.Kind.values()) {
        names.add(form + word(kind));
      }
    }
    return names;
  }

  private static String word(QuantileSketch.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public Function function(String name) {
    if (!names().contains(name)) {
      throw FunctionFamily.unknown(name);
    }
    int split = name.lastIndexOf('_') + 1;
    QuantileSketch.Kind kind =
        QuantileSketch.Kind.valueOf(name.substring(split).toUpperCase(Locale.ROOT));
    String type = word(kind);
    String rows = " FROM VALUES (1), (2), (3) AS tab(col)";
    return switch (name.substring(0, split)) {
      case "kll_sketch_agg_" ->
          NamedAggregate.of(
              name,
              FunctionDoc.of(
                  "agg_funcs",
                  name + "(expr[, k])",
                  "A KLL sketch of the values; the larger k, the finer.",
                  example("kll_sketch_get_n_" + type + "(" + name + "(col))" + rows, "3")),
              call -> sketch(call, kind));
      case "kll_merge_agg_" ->
          NamedAggregate.of(
              name,
              FunctionDoc.of(
                  "agg_funcs",
                  name + "(sketch[, k])",
                  "KLL sketches put together.",
                  example(
                      "kll_sketch_get_n_"
                          + type
                          + "("
                          + name
                          + "(s)) FROM (SELECT kll_sketch_agg_"
                          + type
                          + "(col) AS s"
                          + rows
                          + ")",
                      "3")),
              call -> mergeAll(call, kind));
      case "kll_sketch_to_string_" ->
          scalar(
              name,
              "(sketch)",
              "What a KLL sketch holds, for people.",
              "",
              call -> of(call, kind, AtomicType.STRING, QuantileSketch::describe));
      case "kll_sketch_get_n_" ->
          scalar(
              name,
              "(sketch)",
              "How many values a KLL sketch has seen.",
              "",
              call -> of(call, kind, AtomicType.BIGINT, QuantileSketch::count));
      case "kll_sketch_merge_" ->
          scalar(
              name,
              "(first, second)",
              "Two KLL sketches put together.",
              ", X'00'",
              call -> merge(call, kind));
      case "kll_sketch_get_quantile_" ->
          scalar(
              name,
              "(sketch, rank)",
              "The value at a rank from 0 to 1, or an array of those at several.",
              ", 0.5",
              call -> quantile(call, kind));
      default ->
          scalar(
              name,
              "(sketch, value)",
              "The share of values up to this one, or an array of those of several.",
              ", 1",
              call -> rank(call, kind));
    };
  }

  private static NamedFunction scalar(
      String name, String usage, String description, String more, NamedFunction.Binder binder) {
    return NamedFunction.of(
        name,
        FunctionDoc.of(
            "misc_funcs",
            name + usage,
            description,
            example(name + "(CAST(NULL AS BINARY)" + more + ")", "NULL")),
        binder);
  }

  private static DataType typeOf(QuantileSketch.Kind kind) {
    return switch (kind) {
      case BIGINT -> AtomicType.BIGINT;
      case FLOAT -> AtomicType.FLOAT;
      case DOUBLE -> AtomicType.DOUBLE;
    };
  }

  private static int k(FunctionCall call) {
    if (call.count() > 1 && !call.argument(1).foldable()) {
      throw call.error("KLL_SKETCH_K_MUST_BE_CONSTANT", 1, "k must be a constant", null);
    }
    int k = SketchArguments.constantInt(call, 1, DEFAULT_K);
    if (k < QuantileSketch.LEAST || k > QuantileSketch.MOST) {
      throw call.error(
          "KLL_SKETCH_K_OUT_OF_RANGE",
          1,
          "k must be between "
              + QuantileSketch.LEAST
              + " and "
              + QuantileSketch.MOST
              + ", not "
              + k,
          null);
    }
    return k;
  }

  private static Aggregation sketch(FunctionCall call, QuantileSketch.Kind kind) {
    call.requireCount(1, 2);
    Expression value =
        switch (kind) {
          case BIGINT ->
              call.coerce(
                  0, AtomicType.BIGINT, AtomicType.INT, AtomicType.SMALLINT, AtomicType.TINYINT);
          case FLOAT -> call.castImplicitly(call.argument(0), AtomicType.FLOAT, 0);
          case DOUBLE -> call.castImplicitly(call.argument(0), AtomicType.DOUBLE, 0);
        };
    int k = k(call);
    List<String> shown =
        call.count() == 1 ? List.of(value.sql()) : List.of(value.sql(), String.valueOf(k));
    return SketchCalls.stored(call, value, shown, () -> new QuantileSketch(kind, k));
  }

  private static Aggregation mergeAll(FunctionCall call, QuantileSketch.Kind kind) {
    call.requireCount(1, 2);
    Expression value = SketchArguments.binary(call, 0);
    int k = k(call);
    return SketchCalls.stored(
        call,
        value,
        List.of(value.sql()),
        () ->
            new SketchCalls.Checked<>(
                new QuantileSketch(kind, k),
                call.name(),
                "KLL",
                bytes -> QuantileSketch.read(bytes, kind)));
  }

  private static QuantileSketch read(
      FunctionCall call, QuantileSketch.Kind kind, FlatColumn column, int row) {
    return SketchCalls.read(call, "KLL", bytes -> QuantileSketch.read(bytes, kind), column, row);
  }

  private static Expression of(
      FunctionCall call,
      QuantileSketch.Kind kind,
      DataType type,
      java.util.function.Function<QuantileSketch, Object> value) {
    call.requireCount(1, 1);
    return SketchCalls.scalar(
        call,
        List.of(SketchArguments.binary(call, 0)),
        type,
        (columns, row) -> value.apply(read(call, kind, columns.get(0), row)));
  }

  private static Expression merge(FunctionCall call, QuantileSketch.Kind kind) {
    call.requireCount(2, 2);
    return SketchCalls.scalar(
        call,
        List.of(SketchArguments.binary(call, 0), SketchArguments.binary(call, 1)),
        AtomicType.BINARY,
        (columns, row) -> {
          QuantileSketch both = read(call, kind, columns.get(0), row);
          both.merge(read(call, kind, columns.get(1), row));
          return both.write();
        });
  }

  /** What a sketch says to one number. */
  @FunctionalInterface
  private interface Answer {
    Object of(QuantileSketch sketch, Object number, int row);
  }

  private static Expression asked(
      FunctionCall call, QuantileSketch.Kind kind, DataType from, DataType to, Answer answer) {
    call.requireCount(2, 2);
    Expression sketch = SketchArguments.binary(call, 0);
    boolean many = call.argument(1).type() instanceof ArrayType;
    Expression number =
        call.castImplicitly(call.argument(1), many ? new ArrayType(from, true) : from, 1);
    return SketchCalls.scalar(
        call,
        List.of(sketch, number),
        many ? new ArrayType(to, true) : to,
        (columns, row) -> {
          QuantileSketch read = read(call, kind, columns.get(0), row);
          Object value = Objects.requireNonNull(columns.get(1).value(row));
          if (read.count() == 0) {
            return null;
          }
          if (!(value instanceof List<?> list)) {
            return answer.of(read, value, row);
          }
          List<@Nullable Object> answers = new ArrayList<>();
          for (Object each : list) {
            answers.add(each == null ? null : answer.of(read, each, row));
          }
          return answers;
        });
  }

  private static Expression quantile(FunctionCall call, QuantileSketch.Kind kind) {
    return asked(
        call,
        kind,
        AtomicType.DOUBLE,
        typeOf(kind),
        (sketch, number, row) -> {
          double rank = ((Number) number).doubleValue();
          if (!(rank >= 0.0 && rank <= 1.0)) {
            throw new EvaluationException(
                "KLL_SKETCH_INVALID_QUANTILE_RANGE",
                "a rank lies between 0.0 and 1.0, and this one is " + rank,
                row);
          }
          return sketch.quantile(rank);
        });
  }

  private static Expression rank(FunctionCall call, QuantileSketch.Kind kind) {
    return asked(
        call,
        kind,
        typeOf(kind),
        AtomicType.DOUBLE,
        (sketch, number, row) ->
            sketch.rank(
                kind == QuantileSketch.Kind.BIGINT
                    ? ((Number) number).longValue()
                    : QuantileSketch.Kind.ordered(((Number) number).doubleValue())));
  }
}
