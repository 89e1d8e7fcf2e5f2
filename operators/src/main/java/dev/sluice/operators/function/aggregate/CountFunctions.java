package dev.sluice.operators.function.aggregate;

import static dev.sluice.operators.function.FunctionDoc.example;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Function;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.FunctionFamily;
import dev.sluice.operators.function.NamedAggregate;
import java.util.List;

/** {@code count} and {@code count_if}. The parser says {@code count(1)} for {@code count(*)}. */
public final class CountFunctions implements FunctionFamily {
  @Override
  public List<String> names() {
    return List.of("count", "count_if");
  }

  @Override
  public Function function(String name) {
    if (name.equals("count")) {
      return NamedAggregate.of(
          name,
          FunctionDoc.of(
              "agg_funcs",
              "count(*) / count(expr, ...)",
              "The number of rows, or of rows in which no argument is null.",
              example("count(col) FROM VALUES (NULL), (5), (5), (20) AS tab(col)", "3")),
          call -> {
            call.requireCount(1, Integer.MAX_VALUE);
            return BoundAggregation.of(
                    name,
                    call.arguments(),
                    AtomicType.BIGINT,
                    List.of(AtomicType.BIGINT),
                    () -> new CountAccumulator(false))
                .notNull();
          });
    }
    return NamedAggregate.of(
        name,
        FunctionDoc.of(
            "agg_funcs",
            "count_if(condition)",
            "The number of rows for which the condition is true.",
            example(
                "count_if(col % 2 = 0) FROM VALUES (NULL), (0), (1), (2), (3) AS tab(col)", "2")),
        call -> {
          call.requireCount(1, 1);
          Expression condition = call.coerce(0, AtomicType.BOOLEAN);
          return BoundAggregation.of(
                  name,
                  List.of(condition),
                  AtomicType.BIGINT,
                  List.of(AtomicType.BIGINT),
                  () -> new CountAccumulator(true))
              .notNull();
        });
  }
}
