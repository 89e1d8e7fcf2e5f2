package dev.sluice.operators.function;

/** A function of the rows of a group. */
public non-sealed interface AggregateFunction extends Function {
  /**
   * As {@link ScalarFunction#bind}. DISTINCT and FILTER are the planner's business, not the
   * function's.
   */
  Aggregation bind(FunctionCall call);
}
