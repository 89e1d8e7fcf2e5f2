package dev.sluice.operators.operator;

import dev.sluice.operators.state.LocalStore;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * How a dataflow holds its state.
 *
 * @param local opens the store for rows that need not be in the heap; called once, if any state is
 *     kept. None if all rows are held in the heap
 * @param evolves whether aggregations may have been added to state that is there
 * @param redaction strikes secrets out of what is written of expressions
 */
public record StateOptions(
    Optional<Supplier<LocalStore>> local, boolean evolves, UnaryOperator<String> redaction) {
  /** All rows in the heap, and columns as they were. */
  public static final StateOptions DEFAULT = new StateOptions(Optional.empty(), false);

  /** Of expressions without secrets. */
  public StateOptions(Optional<Supplier<LocalStore>> local, boolean evolves) {
    this(local, evolves, UnaryOperator.identity());
  }
}
