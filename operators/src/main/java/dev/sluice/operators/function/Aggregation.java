package dev.sluice.operators.function;

import dev.sluice.operators.data.DataType;
import dev.sluice.operators.expression.Expression;
import java.util.List;

/** A bound call of an aggregate function. Immutable; makes an accumulator for each worker. */
public interface Aggregation {
  DataType type();

  boolean nullable();

  /** Evaluated before {@link Accumulator#add}, which gets their columns. */
  List<Expression> arguments();

  /**
   * The columns of a group's intermediate state: written to checkpoints, merged between workers.
   * Fixed for ever: state outlives us.
   */
  List<DataType> stateTypes();

  Accumulator accumulator();

  /**
   * True if the result depends on the order of rows ({@code first}, {@code collect_list}): then
   * rows are added in input order.
   */
  default boolean ordered() {
    return false;
  }

  /** The text Spark shows, such as {@code sum(amount)}. */
  String sql();
}
