package dev.sluice.operators.plan;

import dev.sluice.operators.component.Node;
import dev.sluice.operators.diagnostics.SourcePosition;
import dev.sluice.operators.expression.Expression;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Where the expressions of a step are written. Filled while the step is planned, by one thread;
 * asked only when a value breaks an expression. It is no part of what a plan says: all are equal.
 */
public final class Places {
  /** Remembers nothing. */
  public static final Places NONE = new Places();

  private final Map<Expression, Place> places = new IdentityHashMap<>();

  private record Place(Node.Text text, int offset) {}

  /** The expression is written there; of several places the first counts. */
  public void put(Expression expression, Node.Text text, int offset) {
    if (this != NONE) {
      places.putIfAbsent(expression, new Place(text, offset));
    }
  }

  /** All that is written in the step. */
  public void forEach(BiConsumer<Expression, SourcePosition> action) {
    places.forEach(
        (expression, place) -> action.accept(expression, place.text().at(place.offset())));
  }

  public Optional<SourcePosition> find(Expression expression) {
    return Optional.ofNullable(places.get(expression))
        .map(place -> place.text().at(place.offset()));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Places;
  }

  @Override
  public int hashCode() {
    return 1;
  }

  @Override
  public String toString() {
    return "";
  }
}
