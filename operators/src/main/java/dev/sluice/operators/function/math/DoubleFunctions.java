package dev.sluice.operators.function.math;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DayTimeIntervalType;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.IntColumn;
import dev.sluice.operators.data.LongColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.data.YearMonthIntervalType;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.Nulls;
import dev.sluice.operators.function.ScalarCall;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/**
 * Functions of doubles, by {@link StrictMath} where Spark uses it. The logarithm of what has none
 * is null, as in Spark, not NaN.
 */
public final class DoubleFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of(
        "sqrt", "cbrt", "exp", "expm1", "ln", "log", "log10", "log2", "log1p", "sin", "cos", "tan",
        "cot", "sec", "csc", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh",
        "atanh", "degrees", "radians", "rint", "sign", "signum", "pow", "power", "atan2", "hypot",
        "pi", "e", "nanvl");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "sqrt" -> unary(name, "The square root.", "sqrt(4)", "2.0", Math::sqrt);
      case "cbrt" -> unary(name, "The cube root.", "cbrt(27.0)", "3.0", Math::cbrt);
      case "exp" -> unary(name, "e to that power.", "exp(0)", "1.0", StrictMath::exp);
      case "expm1" ->
          unary(name, "e to that power, minus one.", "expm1(0)", "0.0", StrictMath::expm1);
      case "ln" -> logarithm(name, "The natural logarithm.", "ln(1)", "0.0", 0.0, StrictMath::log);
      case "log10" ->
          logarithm(name, "The logarithm to base 10.", "log10(10)", "1.0", 0.0, StrictMath::log10);
      case "log2" ->
          logarithm(
              name,
              "The logarithm to base 2.",
              "log2(2)",
              "1.0",
              0.0,
              x -> StrictMath.log(x) / StrictMath.log(2));
      case "log1p" ->
          logarithm(
              name,
              "The natural logarithm of one more.",
              "log1p(0)",
              "0.0",
              -1.0,
              StrictMath::log1p);
      case "log" ->
          NamedFunction.of(
              name,
              doc(
                  "log([base, ]expr)",
                  "The logarithm, natural unless a base is given.",
                  "log(10, 100)",
                  "2.0"),
              DoubleFunctions::bindLog);
      case "sin" -> unary(name, "The sine.", "sin(0)", "0.0", Math::sin);
      case "cos" -> unary(name, "The cosine.", "cos(0)", "1.0", Math::cos);
      case "tan" -> unary(name, "The tangent.", "tan(0)", "0.0", Math::tan);
      case "cot" ->
          unary(name, "The cotangent.", "cot(1)", "0.6420926159343306", x -> 1 / Math.tan(x));
      case "sec" -> unary(name, "The secant.", "sec(0)", "1.0", x -> 1 / Math.cos(x));
      case "csc" ->
          unary(name, "The cosecant.", "csc(1)", "1.1883951057781212", x -> 1 / Math.sin(x));
      case "asin" -> unary(name, "The inverse sine.", "asin(0)", "0.0", Math::asin);
      case "acos" -> unary(name, "The inverse cosine.", "acos(1)", "0.0", Math::acos);
      case "atan" -> unary(name, "The inverse tangent.", "atan(0)", "0.0", Math::atan);
      case "sinh" -> unary(name, "The hyperbolic sine.", "sinh(0)", "0.0", Math::sinh);
      case "cosh" -> unary(name, "The hyperbolic cosine.", "cosh(0)", "1.0", Math::cosh);
      case "tanh" -> unary(name, "The hyperbolic tangent.", "tanh(0)", "0.0", Math::tanh);
      case "asinh" ->
          unary(name, "The inverse hyperbolic sine.", "asinh(0)", "0.0", DoubleFunctions::asinh);
      case "acosh" ->
          unary(
              name,
              "The inverse hyperbolic cosine.",
              "acosh(1)",
              "0.0",
              x -> x < 1.0 ? Double.NaN : StrictMath.log(x + Math.sqrt(x * x - 1.0)));
      case "atanh" ->
          unary(
              name,
              "The inverse hyperbolic tangent.",
              "atanh(0)",
              "0.0",
              x -> 0.5 * (StrictMath.log1p(x) - StrictMath.log1p(-x)));
      case "degrees" ->
          unary(
              name,
              "The angle in degrees.",
              "degrees(3.141592653589793)",
              "180.0",
              Math::toDegrees);
      case "radians" ->
          unary(
              name, "The angle in radians.", "radians(180)", "3.141592653589793", Math::toRadians);
      case "rint" ->
          unary(
              name, "The nearest whole number, ties to even.", "rint(12.3456)", "12.0", Math::rint);
      case "pow", "power" ->
          binary(
                  "pow",
                  "pow(expr1, expr2)",
                  "A number to a power.",
                  "pow(2, 3)",
                  "8.0",
                  StrictMath::pow)
              .withAliases("power");
      case "atan2" ->
          // + 0.0 turns -0.0 into 0.0, as Spark does.
          binary(
              name,
              "atan2(exprY, exprX)",
              "The angle of a point.",
              "atan2(0, 3)",
              "0.0",
              (y, x) -> Math.atan2(y + 0.0, x + 0.0));
      case "hypot" ->
          binary(
              name,
              "hypot(expr1, expr2)",
              "The length of the diagonal.",
              "hypot(3, 4)",
              "5.0",
              Math::hypot);
      case "nanvl" ->
          NamedFunction.of(
              name,
              doc(
                  "nanvl(expr1, expr2)",
                  "The first value, or the second if that is NaN.",
                  "nanvl(cast('NaN' as double), 123)",
                  "123.0"),
              DoubleFunctions::bindNanvl);
      case "pi" -> constant(name, "The number pi.", Math.PI);
      case "e" -> constant(name, "Euler's number.", Math.E);
      case "sign", "signum" ->
          unary("signum", "-1, 0 or 1 by the sign of a number.", "signum(40)", "1.0", Math::signum)
              .withAliases("sign");
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static FunctionDoc doc(String usage, String description, String sql, String result) {
    return FunctionDoc.of("math_funcs", usage, description, example(sql, result));
  }

  private static double asinh(double x) {
    if (x == Double.NEGATIVE_INFINITY) {
      return x;
    }
    // Symmetric, so that large negative numbers do not cancel out.
    double magnitude = Math.abs(x);
    if (magnitude > 1e150) {
      // Its square would overflow.
      return Math.copySign(StrictMath.log(magnitude) + StrictMath.log(2.0), x);
    }
    return Math.copySign(StrictMath.log(magnitude + Math.sqrt(magnitude * magnitude + 1.0)), x);
  }

  private static NamedFunction unary(
      String name, String description, String sql, String result, DoubleUnaryOperator function) {
    return NamedFunction.of(
        name,
        doc(name + "(expr)", description, sql, result),
        call -> {
          call.requireCount(1, 1);
          if (name.equals("signum") && isInterval(call.argument(0).type())) {
            return signOfInterval(call);
          }
          Expression argument = call.coerce(0, AtomicType.DOUBLE);
          return new ScalarCall(
              label(call),
              List.of(argument),
              AtomicType.DOUBLE,
              argument.nullable(),
              false,
              (columns, rows, context) -> {
                DoubleColumn in = (DoubleColumn) columns.get(0).flatten();
                double[] values = in.values();
                double[] made = new double[rows];
                for (int i = 0; i < rows; i++) {
                  made[i] = function.applyAsDouble(values[i]);
                }
                return new DoubleColumn(AtomicType.DOUBLE, made, in.validity(), rows);
              });
        });
  }

  /**
   * Spark shows {@code pow} and {@code sign} under the name that was called, in upper case for a
   * few.
   */
  private static String label(FunctionCall call) {
    String name = call.name().toLowerCase(Locale.ROOT);
    return switch (name) {
      case "sqrt", "cbrt", "exp", "expm1", "log10", "log2", "log1p", "signum" ->
          name.toUpperCase(Locale.ROOT);
      default -> name;
    };
  }

  private static boolean isInterval(DataType type) {
    return type instanceof DayTimeIntervalType || type instanceof YearMonthIntervalType;
  }

  private static Expression signOfInterval(FunctionCall call) {
    return new ScalarCall(
        label(call),
        call.arguments(),
        AtomicType.DOUBLE,
        call.argument(0).nullable(),
        false,
        (columns, rows, context) -> {
          FlatColumn in = columns.get(0).flatten();
          double[] made = new double[rows];
          for (int i = 0; i < rows; i++) {
            made[i] =
                Long.signum(
                    in instanceof IntColumn months ? months.get(i) : ((LongColumn) in).get(i));
          }
          return new DoubleColumn(AtomicType.DOUBLE, made, in.validity(), rows);
        });
  }

  private static NamedFunction binary(
      String name,
      String usage,
      String description,
      String sql,
      String result,
      DoubleBinaryOperator function) {
    return NamedFunction.of(
        name,
        doc(usage, description, sql, result),
        call -> {
          call.requireCount(2, 2);
          List<Expression> arguments =
              List.of(call.coerce(0, AtomicType.DOUBLE), call.coerce(1, AtomicType.DOUBLE));
          return new ScalarCall(
              label(call),
              arguments,
              AtomicType.DOUBLE,
              Nulls.anyNullable(arguments),
              false,
              (columns, rows, context) -> {
                DoubleColumn left = (DoubleColumn) columns.get(0).flatten();
                DoubleColumn right = (DoubleColumn) columns.get(1).flatten();
                double[] made = new double[rows];
                for (int i = 0; i < rows; i++) {
                  made[i] = function.applyAsDouble(left.get(i), right.get(i));
                }
                return new DoubleColumn(AtomicType.DOUBLE, made, Nulls.of(left, right, rows), rows);
              });
        });
  }

  private static NamedFunction logarithm(
      String name,
      String description,
      String sql,
      String result,
      double asymptote,
      DoubleUnaryOperator function) {
    return NamedFunction.of(
        name,
        doc(name + "(expr)", description, sql, result),
        call -> {
          call.requireCount(1, 1);
          return logarithm(label(call), call.coerce(0, AtomicType.DOUBLE), asymptote, function);
        });
  }

  private static Expression logarithm(
      String label, Expression argument, double asymptote, DoubleUnaryOperator function) {
    return new ScalarCall(
        label,
        List.of(argument),
        AtomicType.DOUBLE,
        true,
        false,
        (columns, rows, context) -> {
          DoubleColumn in = (DoubleColumn) columns.get(0).flatten();
          double[] made = new double[rows];
          boolean[] isNull = new boolean[rows];
          for (int i = 0; i < rows; i++) {
            isNull[i] = in.isNull(i) || in.get(i) <= asymptote;
            made[i] = isNull[i] ? 0.0 : function.applyAsDouble(in.get(i));
          }
          return new DoubleColumn(AtomicType.DOUBLE, made, Validity.ofNulls(isNull, rows), rows);
        });
  }

  private static Expression bindLog(FunctionCall call) {
    call.requireCount(1, 2);
    if (call.count() == 1) {
      return logarithm("ln", call.coerce(0, AtomicType.DOUBLE), 0.0, StrictMath::log);
    }
    List<Expression> arguments =
        List.of(call.coerce(0, AtomicType.DOUBLE), call.coerce(1, AtomicType.DOUBLE));
    return new ScalarCall(
        "LOG",
        arguments,
        AtomicType.DOUBLE,
        true,
        false,
        (columns, rows, context) -> {
          DoubleColumn bases = (DoubleColumn) columns.get(0).flatten();
          DoubleColumn in = (DoubleColumn) columns.get(1).flatten();
          double[] made = new double[rows];
          boolean[] isNull = new boolean[rows];
          for (int i = 0; i < rows; i++) {
            isNull[i] = bases.isNull(i) || in.isNull(i) || bases.get(i) <= 0.0 || in.get(i) <= 0.0;
            made[i] = isNull[i] ? 0.0 : StrictMath.log(in.get(i)) / StrictMath.log(bases.get(i));
          }
          return new DoubleColumn(AtomicType.DOUBLE, made, Validity.ofNulls(isNull, rows), rows);
        });
  }

  private static Expression bindNanvl(FunctionCall call) {
    call.requireCount(2, 2);
    List<Expression> arguments =
        List.of(call.coerce(0, AtomicType.DOUBLE), call.coerce(1, AtomicType.DOUBLE));
    return new ScalarCall(
        "nanvl",
        arguments,
        AtomicType.DOUBLE,
        Nulls.anyNullable(arguments),
        false,
        (columns, rows, context) -> {
          DoubleColumn first = (DoubleColumn) columns.get(0).flatten();
          DoubleColumn second = (DoubleColumn) columns.get(1).flatten();
          double[] made = new double[rows];
          boolean[] isNull = new boolean[rows];
          for (int i = 0; i < rows; i++) {
            boolean other = !first.isNull(i) && Double.isNaN(first.get(i));
            DoubleColumn chosen = other ? second : first;
            isNull[i] = chosen.isNull(i);
            made[i] = chosen.get(i);
          }
          return new DoubleColumn(AtomicType.DOUBLE, made, Validity.ofNulls(isNull, rows), rows);
        });
  }

  private static NamedFunction constant(String name, String description, double value) {
    return NamedFunction.of(
        name,
        doc(name + "()", description, name + "()", Double.toString(value)),
        call -> {
          call.requireCount(0, 0);
          return new Literal(AtomicType.DOUBLE, value, call.name().toUpperCase(Locale.ROOT) + "()");
        });
  }
}
