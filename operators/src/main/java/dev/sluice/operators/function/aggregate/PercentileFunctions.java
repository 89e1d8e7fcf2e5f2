package dev.sluice.operators.function.aggregate;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.ArrayType;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DayTimeIntervalType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.YearMonthIntervalType;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.function.Aggregation;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedAggregate;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Percentiles, all computed exactly: {@code percentile_approx} gives the value of the exact rank,
 * which is within every accuracy that can be asked for.
 */
public final class PercentileFunctions implements FunctionFamily {
  private static final Literal ONE = new Literal(AtomicType.BIGINT, 1L, "1");

  @Override
  public List<String> names() {
    return List.of(
        "percentile",
        "median",
        "percentile_cont",
        "percentile_disc",
        "percentile_approx",
        "approx_percentile",
        "mode",
        "approx_count_distinct");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "percentile" ->
          declare(
              name,
              "percentile(col, percentage[, frequency])",
              "The exact percentile, between two values in proportion.",
              example("percentile(col, 0.3) FROM VALUES (0), (10) AS tab(col)", "3.0"),
              PercentileFunctions::bindPercentile);
      case "median" ->
          declare(
              name,
              "median(col)",
              "The value in the middle, or the mean of the two there.",
              example("median(col) FROM VALUES (0), (10) AS tab(col)", "5.0"),
              PercentileFunctions::bindMedian);
      case "percentile_cont" ->
          declare(
              name,
              "percentile_cont(percentage) WITHIN GROUP (ORDER BY col)",
              "The exact percentile, between two values in proportion.",
              example(
                  "percentile_cont(0.25) WITHIN GROUP (ORDER BY col) FROM VALUES (0), (10) AS"
                      + " tab(col)",
                  "2.5"),
              call -> bindWithinGroup(call, PercentileAccumulator.Kind.CONTINUOUS));
      case "percentile_disc" ->
          declare(
              name,
              "percentile_disc(percentage) WITHIN GROUP (ORDER BY col)",
              "The first value whose cumulative distribution reaches the percentage.",
              example(
                  "percentile_disc(0.25) WITHIN GROUP (ORDER BY col) FROM VALUES (0), (10) AS"
                      + " tab(col)",
                  "0.0"),
              call -> bindWithinGroup(call, PercentileAccumulator.Kind.DISCRETE));
      case "mode" ->
          declare(
              name,
              "mode(col[, deterministic])",
              "The most frequent value; nulls do not count.",
              example("mode(col) FROM VALUES (0), (10), (10) AS tab(col)", "10"),
              PercentileFunctions::bindMode);
      case "approx_count_distinct" ->
          declare(
              name,
              "approx_count_distinct(expr[, relativeSD])",
              "About how many different values there are, by HyperLogLog++.",
              example(
                  "approx_count_distinct(col1) FROM VALUES (1), (1), (2), (2), (3) tab(col1)", "3"),
              PercentileFunctions::bindApproximateCount);
      case "percentile_approx", "approx_percentile" ->
          declare(
                  "percentile_approx",
                  "percentile_approx(col, percentage[, accuracy])",
                  "The least value that is not below that share of the values.",
                  example(
                      "percentile_approx(col, 0.5, 100) FROM VALUES (0), (6), (7), (9), (10) AS"
                          + " tab(col)",
                      "7"),
                  PercentileFunctions::bindApproximate)
              .withAliases("approx_percentile");
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static NamedAggregate declare(
      String name,
      String usage,
      String description,
      FunctionDoc.Example example,
      NamedAggregate.Binder binder) {
    return NamedAggregate.of(
        name, FunctionDoc.of("agg_funcs", usage, description, example), binder);
  }

  /** The percentages of an argument: one, or an array of them. */
  private static double[] fractions(FunctionCall call, int argument) {
    Object value = call.constant(argument);
    if (value instanceof String) {
      value = call.constantOf(call.coerce(argument, AtomicType.DOUBLE), argument);
    }
    List<?> given =
        value instanceof List<?> list ? list : value == null ? List.of() : List.of(value);
    double[] fractions = new double[given.size()];
    for (int i = 0; i < fractions.length; i++) {
      fractions[i] = given.get(i) instanceof Number number ? number.doubleValue() : Double.NaN;
      if (!(fractions[i] >= 0.0 && fractions[i] <= 1.0)) {
        throw call.error(
            "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE",
            argument,
            "a percentage of '" + call.name() + "' must be between 0.0 and 1.0",
            null);
      }
    }
    if (fractions.length == 0) {
      throw call.error(
          "DATATYPE_MISMATCH.UNEXPECTED_NULL",
          argument,
          "the percentage of '" + call.name() + "' is null",
          null);
    }
    return fractions;
  }

  private static DataType interpolated(DataType type) {
    return type instanceof YearMonthIntervalType
        ? YearMonthIntervalType.DEFAULT
        : type instanceof DayTimeIntervalType ? DayTimeIntervalType.DEFAULT : AtomicType.DOUBLE;
  }

  private static BoundAggregation bound(
      String text,
      Expression value,
      Expression frequency,
      DataType single,
      PercentileAccumulator.Kind kind,
      double[] fractions,
      boolean many) {
    DataType type = value.type();
    return BoundAggregation.of(
            "percentile",
            List.of(value, frequency),
            many ? new ArrayType(single, false) : single,
            PercentileAccumulator.stateTypes(type),
            () -> new PercentileAccumulator(type, single, kind, fractions, many))
        .shownAs(text);
  }

  private static Aggregation bindPercentile(FunctionCall call) {
    call.requireCount(2, 3);
    Expression value = Numbers.numericOrInterval(call, 0);
    double[] fractions = fractions(call, 1);
    boolean many = call.argument(1).type() instanceof ArrayType;
    Expression frequency = call.count() == 3 ? call.coerce(2, AtomicType.BIGINT) : ONE;
    String text = BoundAggregation.text("percentile", List.of(value, call.argument(1), frequency));
    return bound(
        text,
        value,
        frequency,
        interpolated(value.type()),
        PercentileAccumulator.Kind.CONTINUOUS,
        fractions,
        many);
  }

  private static Aggregation bindMedian(FunctionCall call) {
    call.requireCount(1, 1);
    Expression value = Numbers.numericOrInterval(call, 0);
    String text = BoundAggregation.text("median", List.of(value));
    return bound(
        text,
        value,
        ONE,
        interpolated(value.type()),
        PercentileAccumulator.Kind.CONTINUOUS,
        new double[] {0.5},
        false);
  }

  private static Aggregation bindWithinGroup(FunctionCall call, PercentileAccumulator.Kind kind) {
    call.requireCount(1, 1);
    Expression value = call.withinGroup();
    if (value == null) {
      throw withinGroupMissing(call);
    }
    if (!Numbers.isInterval(value.type())) {
      value = call.castImplicitly(value, AtomicType.DOUBLE, 0);
    }
    double[] fractions = fractions(call, 0);
    boolean many = call.argument(0).type() instanceof ArrayType;
    String direction = call.withinGroupDescending() ? " DESC" : "";
    if (call.withinGroupDescending() && kind == PercentileAccumulator.Kind.CONTINUOUS) {
      for (int i = 0; i < fractions.length; i++) {
        fractions[i] = 1.0 - fractions[i];
      }
    }
    String text =
        call.name().toLowerCase(Locale.ROOT)
            + "("
            + call.argument(0).sql()
            + ") WITHIN GROUP (ORDER BY "
            + value.sql()
            + direction
            + ")";
    PercentileAccumulator.Kind directed =
        kind == PercentileAccumulator.Kind.DISCRETE && call.withinGroupDescending()
            ? PercentileAccumulator.Kind.DISCRETE_DESCENDING
            : kind;
    return bound(text, value, ONE, interpolated(value.type()), directed, fractions, many);
  }

  private static RuntimeException withinGroupMissing(FunctionCall call) {
    return call.error(
        "INVALID_WITHIN_GROUP_EXPRESSION.WITHIN_GROUP_MISSING",
        -1,
        "'" + call.name() + "' needs an order",
        "write " + call.name() + "(...) WITHIN GROUP (ORDER BY column)");
  }

  private static Aggregation bindApproximate(FunctionCall call) {
    call.requireCount(2, 3);
    DataType given = call.argument(0).type();
    boolean asIs =
        Numbers.isInterval(given)
            || given == AtomicType.DATE
            || given == AtomicType.TIMESTAMP
            || given == AtomicType.TIMESTAMP_NTZ;
    Expression value = asIs ? call.argument(0) : Numbers.numeric(call, 0);
    double[] fractions = fractions(call, 1);
    boolean many = call.argument(1).type() instanceof ArrayType;
    Object accuracy = call.count() == 3 ? call.constant(2) : Integer.valueOf(10000);
    if (!(accuracy instanceof Number number)
        || number.longValue() <= 0
        || number.longValue() > Integer.MAX_VALUE) {
      throw call.error(
          "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE",
          2,
          "the accuracy must be a number between 1 and 2147483647",
          null);
    }
    // Within the error of the ends, the ends are given.
    double error = 1.0 / number.doubleValue();
    for (int i = 0; i < fractions.length; i++) {
      fractions[i] = fractions[i] <= error ? 0.0 : fractions[i] >= 1.0 - error ? 1.0 : fractions[i];
    }
    String text =
        call.name().toLowerCase(Locale.ROOT)
            + "("
            + value.sql()
            + ", "
            + call.argument(1).sql()
            + ", "
            + number
            + ")";
    return bound(text, value, ONE, value.type(), PercentileAccumulator.Kind.RANK, fractions, many);
  }

  private static Aggregation bindMode(FunctionCall call) {
    @Nullable Expression ordered = call.withinGroup();
    ModeAccumulator.Tie tie = ModeAccumulator.Tie.ANY;
    Expression value;
    String text;
    if (ordered != null) {
      if (call.count() != 0) {
        throw call.error(
            "INVALID_WITHIN_GROUP_EXPRESSION.WRONG_NUM_ORDERINGS",
            -1,
            "'mode' takes no argument beside WITHIN GROUP",
            "write mode() WITHIN GROUP (ORDER BY column)");
      }
      value = ordered;
      tie = call.withinGroupDescending() ? ModeAccumulator.Tie.LARGEST : ModeAccumulator.Tie.LEAST;
      text = shown(value, tie);
    } else {
      if (call.count() == 0) {
        throw withinGroupMissing(call);
      }
      call.requireCount(1, 2);
      value = call.argument(0);
      text = BoundAggregation.text("mode", List.of(value));
      if (call.count() == 2) {
        if (!call.argument(1).foldable()) {
          throw call.error(
              "NON_FOLDABLE_ARGUMENT",
              1,
              "the second argument of 'mode' must be a constant BOOLEAN",
              null);
        }
        call.coerce(1, AtomicType.BOOLEAN);
        if (Boolean.TRUE.equals(call.constant(1))) {
          tie = ModeAccumulator.Tie.LEAST;
          text = shown(value, tie);
        }
      }
    }
    DataType type = value.type();
    ModeAccumulator.Tie chosen = tie;
    return BoundAggregation.of(
            "mode",
            List.of(value),
            type,
            List.of(new ArrayType(type, false)),
            () -> new ModeAccumulator(type, chosen))
        .shownAs(text);
  }

  /** Spark shows the order that it sorts by itself, which is the reverse of what was asked for. */
  private static String shown(Expression value, ModeAccumulator.Tie tie) {
    return "mode() WITHIN GROUP (ORDER BY "
        + value.sql()
        + (tie == ModeAccumulator.Tie.LEAST ? " DESC)" : ")");
  }

  private static Aggregation bindApproximateCount(FunctionCall call) {
    call.requireCount(1, 2);
    double deviation = 0.05;
    if (call.count() == 2) {
      call.coerce(1, AtomicType.DOUBLE, DecimalType.DEFAULT);
      deviation = call.constant(1) instanceof Number number ? number.doubleValue() : Double.NaN;
      if (!(deviation > 0.0 && deviation <= 0.39)) {
        throw call.error(
            "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE",
            1,
            "the relative deviation must be above 0 and at most 0.39",
            null);
      }
    }
    int precision = Math.max(4, HyperLogLog.precision(deviation));
    if (precision > 24) {
      throw call.error(
          "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE",
          1,
          "so small a deviation needs too much memory",
          "count(DISTINCT ...) is exact");
    }
    return BoundAggregation.of(
            "approx_count_distinct",
            List.of(call.argument(0)),
            AtomicType.BIGINT,
            ApproximateCount.STATE,
            () -> new ApproximateCount(precision))
        .notNull();
  }
}
