package dev.sluice.operators.plan;

import dev.sluice.operators.data.Field;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.Aggregation;
import java.util.Optional;

/**
 * An aggregation and the name of its column; with DISTINCT each value once; with FILTER only rows
 * where the condition is true.
 */
public record NamedAggregation(
    String name, Aggregation aggregation, boolean distinct, Optional<Expression> filter) {
  public Field field() {
    return new Field(name, aggregation.type(), aggregation.nullable());
  }
}
