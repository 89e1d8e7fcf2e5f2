package dev.sluice.operators.function.aggregate;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DayTimeIntervalType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.YearMonthIntervalType;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Aggregation;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedAggregate;
import java.util.List;
import java.util.Locale;

/**
 * Sums and means. Types are Spark's: integers sum to BIGINT and average to DOUBLE, decimal(p, s)
 * sums to decimal(p + 10, s) and averages to decimal(p + 4, s + 4), intervals keep their kind.
 */
public final class SumFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of("sum", "try_sum", "avg", "mean", "try_avg");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "sum" ->
          declare(
              name,
              "The sum of the values that are not null; null if there is none. Fails on overflow.",
              "30",
              false,
              false);
      case "try_sum" -> declare(name, "The sum, or null on overflow.", "30", false, true);
      case "try_avg" -> declare(name, "The mean, or null on overflow.", "10.0", true, true);
      case "avg", "mean" ->
          declare(
                  "avg",
                  "The mean of the values that are not null; null if there is none.",
                  "10.0",
                  true,
                  false)
              .withAliases("mean");
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static NamedAggregate declare(
      String name, String description, String result, boolean mean, boolean tolerant) {
    return NamedAggregate.of(
        name,
        FunctionDoc.of(
            "agg_funcs",
            name + "(expr)",
            description,
            example(name + "(col) FROM VALUES (5), (10), (15) AS tab(col)", result)),
        call -> {
          call.requireCount(1, 1);
          Expression value = Numbers.numericOrInterval(call, 0);
          return mean ? mean(call, value, tolerant) : sum(call, value, tolerant);
        });
  }

  private static Aggregation sum(FunctionCall call, Expression value, boolean tolerant) {
    String name = call.name().toLowerCase(Locale.ROOT);
    DataType type = value.type();
    List<Expression> arguments = List.of(value);
    if (type instanceof DecimalType decimal) {
      DecimalType sum = bounded(decimal.precision() + 10, decimal.scale());
      OnOverflow mode = OnOverflow.of(call.session(), tolerant, OnOverflow.NULL);
      return BoundAggregation.of(
          name,
          arguments,
          sum,
          DecimalSum.stateTypes(decimal.scale()),
          () -> new DecimalSum(decimal.scale(), sum, false, mode));
    }
    if (type == AtomicType.DOUBLE || type == AtomicType.FLOAT) {
      return BoundAggregation.of(
          name, arguments, AtomicType.DOUBLE, DoubleSum.STATE, () -> new DoubleSum(false));
    }
    boolean interval = Numbers.isInterval(type);
    DataType sum = interval ? type : AtomicType.BIGINT;
    OnOverflow mode =
        OnOverflow.of(call.session(), tolerant, interval ? OnOverflow.FAIL : OnOverflow.WRAP);
    return BoundAggregation.of(
        name,
        arguments,
        sum,
        LongSum.stateTypes(sum, false),
        () -> new LongSum(sum, sum, false, mode));
  }

  static BoundAggregation mean(FunctionCall call, Expression value, boolean tolerant) {
    String name = call.name().toLowerCase(Locale.ROOT);
    DataType type = value.type();
    List<Expression> arguments = List.of(value);
    if (type instanceof DecimalType decimal) {
      DecimalType mean = bounded(decimal.precision() + 4, decimal.scale() + 4);
      OnOverflow mode = OnOverflow.of(call.session(), tolerant, OnOverflow.NULL);
      return BoundAggregation.of(
          name,
          arguments,
          mean,
          DecimalSum.stateTypes(decimal.scale()),
          () -> new DecimalSum(decimal.scale(), mean, true, mode));
    }
    if (Numbers.isInterval(type)) {
      DataType mean =
          type instanceof YearMonthIntervalType
              ? YearMonthIntervalType.DEFAULT
              : DayTimeIntervalType.DEFAULT;
      OnOverflow mode = OnOverflow.of(call.session(), tolerant, OnOverflow.FAIL);
      return BoundAggregation.of(
          name,
          arguments,
          mean,
          LongSum.stateTypes(type, true),
          () -> new LongSum(type, mean, true, mode));
    }
    return BoundAggregation.of(
        name, arguments, AtomicType.DOUBLE, DoubleSum.STATE, () -> new DoubleSum(true));
  }

  private static DecimalType bounded(int precision, int scale) {
    return new DecimalType(
        Math.min(precision, DecimalType.MAX_PRECISION), Math.min(scale, DecimalType.MAX_PRECISION));
  }
}
