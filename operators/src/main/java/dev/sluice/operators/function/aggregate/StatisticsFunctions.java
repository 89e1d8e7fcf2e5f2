package dev.sluice.operators.function.aggregate;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.expression.CaseWhen;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.expression.NullTest;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedAggregate;
import java.util.List;
import java.util.Locale;

/**
 * Variance, deviation, skewness, kurtosis, covariance, correlation and linear regression, all in
 * doubles.
 */
public final class StatisticsFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of(
        "stddev",
        "stddev_samp",
        "std",
        "stddev_pop",
        "variance",
        "var_samp",
        "var_pop",
        "skewness",
        "kurtosis",
        "covar_pop",
        "covar_samp",
        "corr",
        "regr_count",
        "regr_avgx",
        "regr_avgy",
        "regr_sxx",
        "regr_syy",
        "regr_sxy",
        "regr_r2",
        "regr_slope",
        "regr_intercept");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "stddev", "stddev_samp", "std" ->
          moment(
                  "stddev",
                  "The standard deviation of a sample; null for one value.",
                  "1.0",
                  MomentAccumulator.Kind.DEVIATION_SAMPLE)
              .withAliases("stddev_samp", "std");
      case "stddev_pop" ->
          moment(
              name,
              "The standard deviation of a population.",
              "0.816496580927726",
              MomentAccumulator.Kind.DEVIATION_POPULATION);
      case "variance", "var_samp" ->
          moment(
                  "variance",
                  "The variance of a sample; null for one value.",
                  "1.0",
                  MomentAccumulator.Kind.VARIANCE_SAMPLE)
              .withAliases("var_samp");
      case "var_pop" ->
          moment(
              name,
              "The variance of a population.",
              "0.6666666666666666",
              MomentAccumulator.Kind.VARIANCE_POPULATION);
      case "skewness" ->
          moment(
              name,
              "How much the values lean to one side; null if they are all the same.",
              "0.0",
              MomentAccumulator.Kind.SKEWNESS);
      case "kurtosis" ->
          moment(
              name,
              "How heavy the tails are, 0 for a normal distribution; null if all values are the"
                  + " same.",
              "-1.5",
              MomentAccumulator.Kind.KURTOSIS);
      case "covar_pop" ->
          pair(
              name,
              "The covariance of a population.",
              "0.6666666666666666",
              CovarianceAccumulator.Kind.COVARIANCE_POPULATION);
      case "covar_samp" ->
          pair(
              name,
              "The covariance of a sample.",
              "1.0",
              CovarianceAccumulator.Kind.COVARIANCE_SAMPLE);
      case "corr" ->
          pair(
              name,
              "Pearson's coefficient of correlation.",
              "1.0",
              CovarianceAccumulator.Kind.CORRELATION);
      case "regr_count" ->
          pair(
              name,
              "The number of pairs without null.",
              "3",
              CovarianceAccumulator.Kind.REGR_COUNT);
      case "regr_avgx" ->
          pairMean(name, "The mean of the second argument over pairs without null.", 1);
      case "regr_avgy" ->
          pairMean(name, "The mean of the first argument over pairs without null.", 0);
      case "regr_sxx" ->
          squares(
              name,
              "The sum of squared deviations of the second argument.",
              1,
              CovarianceAccumulator.Kind.REGR_SXX);
      case "regr_syy" ->
          squares(
              name,
              "The sum of squared deviations of the first argument.",
              0,
              CovarianceAccumulator.Kind.REGR_SYY);
      case "regr_sxy" ->
          pair(
              name,
              "The sum of products of deviations.",
              "2.0",
              CovarianceAccumulator.Kind.REGR_SXY);
      case "regr_r2" ->
          pair(
              name, "The coefficient of determination.", "1.0", CovarianceAccumulator.Kind.REGR_R2);
      case "regr_slope" ->
          pair(
              name,
              "The slope of the regression line of the first argument on the second.",
              "1.0",
              CovarianceAccumulator.Kind.REGR_SLOPE);
      case "regr_intercept" ->
          pair(
              name,
              "The intercept of the regression line of the first argument on the second.",
              "0.0",
              CovarianceAccumulator.Kind.REGR_INTERCEPT);
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static NamedAggregate moment(
      String name, String description, String result, MomentAccumulator.Kind kind) {
    return NamedAggregate.of(
        name,
        FunctionDoc.of(
            "agg_funcs",
            name + "(expr)",
            description,
            example(name + "(col) FROM VALUES (1), (2), (3) AS tab(col)", result)),
        call -> {
          call.requireCount(1, 1);
          Expression value = call.coerce(0, AtomicType.DOUBLE);
          return BoundAggregation.of(
              call.name().toLowerCase(Locale.ROOT),
              List.of(value),
              AtomicType.DOUBLE,
              MomentAccumulator.stateTypes(kind),
              () -> new MomentAccumulator(kind));
        });
  }

  private static FunctionDoc pairDoc(String name, String description, String result) {
    return FunctionDoc.of(
        "agg_funcs",
        name + "(y, x)",
        description,
        example(name + "(c1, c2) FROM VALUES (1, 1), (2, 2), (3, 3) AS tab(c1, c2)", result));
  }

  /** {@code avg} of one of two arguments, with its type, where both are given. */
  private static NamedAggregate pairMean(String name, String description, int averaged) {
    return NamedAggregate.of(
        name,
        pairDoc(name, description, "2.0"),
        call -> {
          call.requireCount(2, 2);
          Numbers.numericOrInterval(call, 1 - averaged);
          Expression value = Numbers.numericOrInterval(call, averaged);
          Expression paired = paired(value, call.argument(1 - averaged));
          return SumFunctions.mean(call, paired, false)
              .shownAs(BoundAggregation.text(name, call.arguments()));
        });
  }

  /** The value where the other one is given too. */
  private static Expression paired(Expression value, Expression other) {
    Expression given = new NullTest(other, NullTest.Kind.NULL, true, "");
    Expression none = new Literal(value.type(), null, "NULL");
    return new CaseWhen(List.of(given), List.of(value), none, value.sql());
  }

  /** Of one of two arguments, where both are given: DISTINCT looks at that one alone. */
  private static NamedAggregate squares(
      String name, String description, int squared, CovarianceAccumulator.Kind kind) {
    return NamedAggregate.of(
        name,
        pairDoc(name, description, "2.0"),
        call -> {
          call.requireCount(2, 2);
          Expression other = call.coerce(1 - squared, AtomicType.DOUBLE);
          Expression one = paired(call.coerce(squared, AtomicType.DOUBLE), other);
          boolean ansi = call.session().ansi();
          return BoundAggregation.of(
                  name,
                  List.of(one, one),
                  AtomicType.DOUBLE,
                  CovarianceAccumulator.STATE,
                  () -> new CovarianceAccumulator(kind, ansi))
              .shownAs(BoundAggregation.text(name, call.arguments()));
        });
  }

  private static NamedAggregate pair(
      String name, String description, String result, CovarianceAccumulator.Kind kind) {
    return NamedAggregate.of(
        name,
        pairDoc(name, description, result),
        call -> {
          call.requireCount(2, 2);
          List<Expression> arguments =
              List.of(call.coerce(0, AtomicType.DOUBLE), call.coerce(1, AtomicType.DOUBLE));
          boolean counts = kind == CovarianceAccumulator.Kind.REGR_COUNT;
          DataType type = counts ? AtomicType.BIGINT : AtomicType.DOUBLE;
          boolean ansi = call.session().ansi();
          BoundAggregation bound =
              BoundAggregation.of(
                  name,
                  arguments,
                  type,
                  CovarianceAccumulator.STATE,
                  () -> new CovarianceAccumulator(kind, ansi));
          return counts ? bound.notNull() : bound;
        });
  }
}
