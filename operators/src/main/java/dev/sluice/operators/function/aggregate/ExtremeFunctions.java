package dev.sluice.operators.function.aggregate;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.DataType;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Aggregation;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionCall;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedAggregate;
import java.util.List;

/** {@code min}, {@code max}, {@code min_by} and {@code max_by}. */
public final class ExtremeFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of("min", "max", "min_by", "max_by");
  }

  @Override
  public Function function(String name) {
    return switch (name) {
      case "min" ->
          NamedAggregate.of(
              name,
              FunctionDoc.of(
                  "agg_funcs",
                  "min(expr)",
                  "The least value; nulls do not count.",
                  example("min(col) FROM VALUES (10), (-1), (20) AS tab(col)", "-1")),
              call -> bind(call, name, false));
      case "max" ->
          NamedAggregate.of(
              name,
              FunctionDoc.of(
                  "agg_funcs",
                  "max(expr)",
                  "The largest value; nulls do not count, NaN is above all numbers.",
                  example("max(col) FROM VALUES (10), (50), (20) AS tab(col)", "50")),
              call -> bind(call, name, true));
      case "min_by" ->
          NamedAggregate.of(
              name,
              FunctionDoc.of(
                  "agg_funcs",
                  "min_by(x, y)",
                  "The x of the row with the least y.",
                  example(
                      "min_by(x, y) FROM VALUES ('a', 10), ('b', 50), ('c', 20) AS tab(x, y)",
                      "a")),
              call -> bindBy(call, name, false));
      case "max_by" ->
          NamedAggregate.of(
              name,
              FunctionDoc.of(
                  "agg_funcs",
                  "max_by(x, y)",
                  "The x of the row with the largest y.",
                  example(
                      "max_by(x, y) FROM VALUES ('a', 10), ('b', 50), ('c', 20) AS tab(x, y)",
                      "b")),
              call -> bindBy(call, name, true));
      default -> throw FunctionFamily.unknown(name);
    };
  }

  private static Aggregation bind(FunctionCall call, String name, boolean largest) {
    call.requireCount(1, 1);
    Expression value = call.argument(0);
    DataType type = value.type();
    Orderable.require(call, 0, type);
    return BoundAggregation.of(
        name,
        List.of(value),
        type,
        List.of(type),
        () -> new ExtremeAccumulator(type, type, false, largest));
  }

  private static Aggregation bindBy(FunctionCall call, String name, boolean largest) {
    call.requireCount(2, 2);
    DataType value = call.argument(0).type();
    DataType ordered = call.argument(1).type();
    Orderable.require(call, 1, ordered);
    return BoundAggregation.of(
            name,
            call.arguments(),
            value,
            List.of(value, ordered),
            () -> new ExtremeAccumulator(value, ordered, true, largest))
        .inOrder();
  }
}
