package dev.sluice.operators.plan;

import dev.sluice.operators.data.Field;
import dev.sluice.operators.expression.Expression;

/** An expression and the name of the column it makes. */
public record NamedExpression(String name, Expression expression) {
  public Field field() {
    return new Field(name, expression.type(), expression.nullable());
  }
}
