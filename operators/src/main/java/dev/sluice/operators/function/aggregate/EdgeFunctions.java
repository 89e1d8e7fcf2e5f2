package dev.sluice.operators.function.aggregate;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
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

/** {@code first}, {@code last} and {@code any_value}, in the order of the input. */
public final class EdgeFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of("first", "first_value", "any_value", "last", "last_value");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "last", "last_value" ->
          NamedAggregate.of(
                  "last",
                  FunctionDoc.of(
                      "agg_funcs",
                      "last(expr[, isIgnoreNull])",
                      "The value of the last row, or of the last one that is not null.",
                      example("last(col, true) FROM VALUES (10), (5), (NULL) AS tab(col)", "5")),
                  call -> bind(call, true))
              .withAliases("last_value");
      case "any_value" ->
          NamedAggregate.of(
              name,
              FunctionDoc.of(
                  "agg_funcs",
                  "any_value(expr[, isIgnoreNull])",
                  "Some value of the group: the first.",
                  example("any_value(col, true) FROM VALUES (NULL), (5), (20) AS tab(col)", "5")),
              call -> bind(call, false));
      case "first", "first_value" ->
          NamedAggregate.of(
                  "first",
                  FunctionDoc.of(
                      "agg_funcs",
                      "first(expr[, isIgnoreNull])",
                      "The value of the first row, or of the first one that is not null.",
                      example("first(col) FROM VALUES (10), (5), (20) AS tab(col)", "10")),
                  call -> bind(call, false))
              .withAliases("first_value");
      default -> throw FunctionFamily.unknown(name);
    };
  }

  /** The value of the first row, null or not. */
  public static Aggregation first(Expression value) {
    return edge("first", value, false, false);
  }

  private static Aggregation bind(FunctionCall call, boolean last) {
    call.requireCount(1, 2);
    boolean ignoreNulls = false;
    if (call.count() == 2) {
      if (!(call.argument(1) instanceof Literal literal
          && literal.value() instanceof Boolean ignored)) {
        throw call.error(
            "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT",
            1,
            "argument 2 of '" + call.name() + "' must be 'true' or 'false'",
            null);
      }
      ignoreNulls = ignored;
    }
    return edge(call.name().toLowerCase(Locale.ROOT), call.argument(0), last, ignoreNulls);
  }

  private static Aggregation edge(String name, Expression value, boolean last, boolean ignore) {
    DataType type = value.type();
    return BoundAggregation.of(
            name,
            List.of(value),
            type,
            List.of(type, AtomicType.BOOLEAN),
            () -> new EdgeAccumulator(type, last, ignore))
        .inOrder();
  }
}
