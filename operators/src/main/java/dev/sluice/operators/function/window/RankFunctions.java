package dev.sluice.operators.function.window;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.expression.Cast;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.expression.Folded;
import dev.sluice.operators.expression.Literal;
import dev.sluice.operators.expression.TypeCoercionRules;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedWindowFunction;
import dev.sluice.operators.function.Windowing;
import java.util.List;

/** Functions that need OVER: ranks, and values of rows around. */
public final class RankFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of(
        "row_number",
        "rank",
        "dense_rank",
        "percent_rank",
        "cume_dist",
        "ntile",
        "lag",
        "lead",
        "nth_value");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "row_number" ->
          ranking(
              name,
              "Numbers the rows of a partition from 1.",
              "3",
              Windowing.Ranking.Kind.ROW_NUMBER);
      case "rank" ->
          ranking(
              name,
              "The place of a row, from 1; equal rows share one, and the next leaves a gap.",
              "3",
              Windowing.Ranking.Kind.RANK);
      case "dense_rank" ->
          ranking(
              name,
              "The place of a row, from 1; equal rows share one, and no number is left out.",
              "2",
              Windowing.Ranking.Kind.DENSE_RANK);
      case "percent_rank" ->
          ranking(
              name,
              "The rank as a share of the other rows, from 0 to 1.",
              "1.0",
              Windowing.Ranking.Kind.PERCENT_RANK);
      case "cume_dist" ->
          ranking(
              name,
              "The share of rows that come before or with this one.",
              "1.0",
              Windowing.Ranking.Kind.CUME_DIST);
      case "ntile" ->
          declare(
              name,
              "ntile([n])",
              "In which of n equal parts of the partition the row is, from 1.",
              example(
                  "max(n) FROM (SELECT ntile(2) OVER (ORDER BY a) AS n FROM VALUES (1), (2), (3)"
                      + " AS t(a))",
                  "2"),
              RankFunctions::ntile);
      case "lag" ->
          declare(
              name,
              "lag(expr[, offset[, default]])",
              "The value some rows before, one if not said, or the default if there is none.",
              example(
                  "max(b) FROM (SELECT lag(a, 2, 9) OVER (ORDER BY a) AS b FROM VALUES (1), (2)"
                      + " AS t(a))",
                  "9"),
              call -> shift(call, false));
      case "lead" ->
          declare(
              name,
              "lead(expr[, offset[, default]])",
              "The value some rows further on, one if not said, or the default if there is none.",
              example(
                  "max(b) FROM (SELECT lead(a) OVER (ORDER BY a) AS b FROM VALUES (1), (2)"
                      + " AS t(a))",
                  "2"),
              call -> shift(call, true));
      case "nth_value" ->
          declare(
              name,
              "nth_value(expr, n)",
              "The value of the nth row of the frame, or null if it has fewer.",
              example(
                  "max(b) FROM (SELECT nth_value(a, 2) OVER (ORDER BY a) AS b FROM VALUES (1), (7)"
                      + " AS t(a))",
                  "7"),
              RankFunctions::nth);
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static NamedWindowFunction declare(
      String name,
      String usage,
      String description,
      FunctionDoc.Example example,
      NamedWindowFunction.Binder binder) {
    return new NamedWindowFunction(
        name, FunctionDoc.of("window_funcs", usage, description, example), binder);
  }

  private static NamedWindowFunction ranking(
      String name, String description, String result, Windowing.Ranking.Kind kind) {
    // Spark shows some of them in capitals, and lets these have arguments that mean nothing.
    boolean capital =
        kind != Windowing.Ranking.Kind.ROW_NUMBER && kind != Windowing.Ranking.Kind.CUME_DIST;
    String text = (capital ? name.toUpperCase(java.util.Locale.ROOT) : name) + "()";
    return declare(
        name,
        name + "()",
        description,
        example(
            "max(r) FROM (SELECT "
                + name
                + "() OVER (ORDER BY a) AS r FROM VALUES (1), (1), (2) AS t(a))",
            result),
        call -> {
          if (!capital) {
            call.requireCount(0, 0);
          }
          return new Windowing.Ranking(kind, 0, text);
        });
  }

  private static Windowing ntile(FunctionCall call) {
    call.requireCount(0, 1);
    int buckets = call.count() == 0 ? 1 : whole(call, 0, "the number of parts", 1);
    return new Windowing.Ranking(Windowing.Ranking.Kind.NTILE, buckets, "ntile(" + buckets + ")");
  }

  /** A constant INT that is not below {@code least}. */
  private static int whole(FunctionCall call, int argument, String what, int least) {
    if (call.argument(argument).type() != AtomicType.INT) {
      call.castImplicitly(call.argument(argument), AtomicType.INT, argument);
    }
    Object value = call.constant(argument);
    if (!(value instanceof Number number)) {
      throw call.error(
          "DATATYPE_MISMATCH.UNEXPECTED_NULL", argument, what + " cannot be NULL", null);
    }
    if (number.longValue() < least) {
      throw call.error(
          "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE",
          argument,
          what + " is at least " + least + ", not " + number,
          null);
    }
    return number.intValue();
  }

  private static Windowing shift(FunctionCall call, boolean forward) {
    call.requireCount(1, 3);
    Expression value = call.argument(0);
    DataType type = value.type();
    int offset = call.count() > 1 ? whole(call, 1, "the offset", -Integer.MAX_VALUE) : 1;
    Expression otherwise =
        call.count() > 2 ? stored(call.argument(2), type, call) : new Literal(type, null, "NULL");
    int moved = forward ? offset : -offset;
    String shown =
        (forward ? "lead(" : "lag(")
            + value.sql()
            + ", "
            + (forward ? offset : moved)
            + ", "
            + otherwise.sql()
            + ")";
    return new Windowing.Shift(value, otherwise, moved, call.ignoreNulls(), shown);
  }

  /** The default of a shift is stored as the type of the value, as in a column of a table. */
  private static Expression stored(Expression given, DataType type, FunctionCall call) {
    return TypeCoercionRules.assignable(given.type(), type)
        ? Folded.of(Cast.implicit(given, type, call.session()))
        : call.castImplicitly(given, type, 2);
  }

  private static Windowing nth(FunctionCall call) {
    call.requireCount(2, 2);
    Expression value = call.argument(0);
    int n = whole(call, 1, "the number of the row", 1);
    String nulls = call.ignoreNulls() ? " ignore nulls" : "";
    return new Windowing.Nth(
        value, n, false, call.ignoreNulls(), "nth_value(" + value.sql() + ", " + n + ")" + nulls);
  }
}
