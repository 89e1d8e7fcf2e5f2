package dev.sluice.operators.function;

import dev.sluice.operators.expression.Expression;
import java.util.Optional;

/**
 * What makes a window of a time, or a time of a window: the result is event time if its argument
 * is, so that a watermark reaches the groups made of it.
 */
public interface EventTimeCarrier {
  /** The argument whose time it gives on, if it is one. */
  Optional<Expression> eventTime();
}
