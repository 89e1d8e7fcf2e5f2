package dev.sluice.operators.function.misc;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.BooleanColumn;
import dev.sluice.operators.data.BytesColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.NullColumn;
import dev.sluice.operators.expression.EvaluationException;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedFunction;
import dev.sluice.operators.function.ScalarCall;
import java.util.List;

/** {@code assert_true}, {@code input_file_name}, {@code raise_error} and {@code typeof}. */
public final class CheckFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of("assert_true", "input_file_name", "raise_error", "typeof");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "assert_true" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "misc_funcs",
                  "assert_true(expr[, message])",
                  "Null if the condition is true; otherwise the query fails.",
                  example("assert_true(0 < 1)", "NULL")),
              CheckFunctions::bindAssert);
      case "input_file_name" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "misc_funcs",
                  "input_file_name()",
                  "The file that the row was read from, as a URI; empty for rows of no file.",
                  example("input_file_name()", "")),
              call -> {
                call.requireCount(0, 0);
                // Directly above a source of files the binder puts the file's path here.
                return new Literal(AtomicType.STRING, "", "input_file_name()");
              });
      case "raise_error" ->
          NamedFunction.of(
              name,
              FunctionDoc.of(
                  "misc_funcs",
                  "raise_error(message)",
                  "Fails the query when a row gets here.",
                  example("if(1 < 0, raise_error('no'), 'fine')", "fine")),
              CheckFunctions::bindRaise);
      case "typeof" ->
          NamedFunction.of(
              "typeof",
              FunctionDoc.of(
                  "misc_funcs",
                  "typeof(expr)",
                  "The name of the expression's type.",
                  example("typeof(1)", "int")),
              call -> {
                call.requireCount(1, 1);
                Expression value = call.argument(0);
                return new Literal(
                    AtomicType.STRING, value.type().catalogString(), "typeof(" + value.sql() + ")");
              });
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static Expression bindAssert(FunctionCall call) {
    call.requireCount(1, 2);
    Expression condition = call.exactly(0, AtomicType.BOOLEAN);
    String text = "'" + condition.sql() + "' is not true!";
    Expression message =
        call.count() == 2
            ? call.coerce(1, AtomicType.STRING)
            : new Literal(AtomicType.STRING, text, text);
    return new ScalarCall(
        "assert_true",
        List.of(condition, message),
        AtomicType.NULL,
        true,
        true,
        (columns, rows, context) -> {
          BooleanColumn held = (BooleanColumn) columns.get(0).flatten();
          for (int i = 0; i < rows; i++) {
            if (held.isNull(i) || !held.get(i)) {
              throw raised((BytesColumn) columns.get(1).flatten(), i);
            }
          }
          return new NullColumn(rows);
        });
  }

  private static Expression bindRaise(FunctionCall call) {
    call.requireCount(1, 1);
    return new ScalarCall(
        "raise_error",
        List.of(call.coerce(0, AtomicType.STRING)),
        AtomicType.NULL,
        true,
        true,
        (columns, rows, context) -> {
          FlatColumn message = columns.get(0).flatten();
          if (rows > 0) {
            throw raised((BytesColumn) message, 0);
          }
          return new NullColumn(0);
        });
  }

  private static EvaluationException raised(BytesColumn message, int row) {
    return new EvaluationException(
        "USER_RAISED_EXCEPTION", message.isNull(row) ? "null" : message.string(row), row);
  }
}
