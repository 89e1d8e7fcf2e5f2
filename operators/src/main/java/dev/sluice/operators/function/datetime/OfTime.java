package dev.sluice.operators.function.datetime;

import dev.sluice.operators.data.Batch;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.expression.EvaluationContext;
import dev.sluice.operators.expression.Expression;
import dev.sluice.operators.function.EventTimeCarrier;
import java.util.List;
import java.util.Optional;

/**
 * What was made of a time and is event time if that is.
 *
 * @param sql the text it is shown as
 */
record OfTime(Expression made, Expression time, String sql)
    implements Expression, EventTimeCarrier {
  @Override
  public DataType type() {
    return made.type();
  }

  @Override
  public boolean nullable() {
    return made.nullable();
  }

  @Override
  public List<Expression> children() {
    return List.of(made);
  }

  @Override
  public Column evaluate(Batch input, EvaluationContext context) {
    return made.evaluate(input, context);
  }

  @Override
  public Optional<Expression> eventTime() {
    return Optional.of(time);
  }
}
