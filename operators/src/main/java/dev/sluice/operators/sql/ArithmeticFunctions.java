package dev.sluice.operators.sql;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.expression.Arithmetic;
import dev.sluice.operators.expression.Casts;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Tried;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import java.util.List;

/** The arithmetic operators by name, and in the form that gives null instead of failing. */
public final class ArithmeticFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of(
        "mod",
        "pmod",
        "try_add",
        "try_subtract",
        "try_multiply",
        "try_divide",
        "try_mod",
        "negative",
        "positive",
        "div");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "mod" ->
          declare(
              name,
              "The remainder of a / b.",
              "mod(2, 1.8)",
              "0.2",
              Arithmetic.Operator.REMAINDER,
              false);
      case "pmod" ->
          declare(
              name,
              "The remainder of a / b, never negative.",
              "pmod(-10, 3)",
              "2",
              Arithmetic.Operator.PMOD,
              false);
      case "try_add" ->
          declare(
              name,
              "a + b, null on overflow.",
              "try_add(1, 2)",
              "3",
              Arithmetic.Operator.ADD,
              true);
      case "try_subtract" ->
          declare(
              name,
              "a - b, null on overflow.",
              "try_subtract(2, 1)",
              "1",
              Arithmetic.Operator.SUBTRACT,
              true);
      case "try_multiply" ->
          declare(
              name,
              "a * b, null on overflow.",
              "try_multiply(2, 3)",
              "6",
              Arithmetic.Operator.MULTIPLY,
              true);
      case "try_divide" ->
          declare(
              name,
              "a / b, null where b is zero.",
              "try_divide(3, 2)",
              "1.5",
              Arithmetic.Operator.DIVIDE,
              true);
      case "try_mod" ->
          declare(
              name,
              "The remainder of a / b, null where b is zero.",
              "try_mod(3, 2)",
              "1",
              Arithmetic.Operator.REMAINDER,
              true);
      case "div" ->
          declare(
              name,
              "a / b without its fraction.",
              "div(3, 2)",
              "1",
              Arithmetic.Operator.DIV,
              false);
      case "negative" -> unary(name, "-", "The number with the other sign.", "negative(1)", "-1");
      case "positive" -> unary(name, "+", "The number itself.", "positive(1)", "1");
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static NamedFunction declare(
      String name,
      String description,
      String sql,
      String result,
      Arithmetic.Operator operator,
      boolean quiet) {
    FunctionDoc doc =
        FunctionDoc.of("math_funcs", name + "(a, b)", description, example(sql, result));
    return NamedFunction.of(name, doc, call -> bind(call, operator, quiet));
  }

  private static NamedFunction unary(
      String name, String operator, String description, String sql, String result) {
    FunctionDoc doc = FunctionDoc.of("math_funcs", name + "(a)", description, example(sql, result));
    return NamedFunction.of(
        name,
        doc,
        call -> {
          call.requireCount(1, 1);
          return ((BoundCall) call).operators().unary(operator, call.argument(0));
        });
  }

  private static Expression bind(FunctionCall call, Arithmetic.Operator operator, boolean quiet) {
    call.requireCount(2, 2);
    Arithmetic.OnError onError =
        quiet
            ? Arithmetic.OnError.NULL
            : call.session().ansi() ? Arithmetic.OnError.FAIL : Arithmetic.OnError.WRAP;
    Expression result =
        ((BoundCall) call)
            .operators()
            .arithmetic(operator, call.argument(0), call.argument(1), onError);
    boolean numbers =
        Casts.isNumeric(call.argument(0).type()) && Casts.isNumeric(call.argument(1).type());
    // Of numbers the operator itself takes care, and what fails inside them does fail.
    return quiet && !numbers ? Tried.of(result) : result;
  }
}
