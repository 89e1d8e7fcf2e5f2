package dev.sluice.operators.function;

/**
 * A function that exists only with OVER: of a row among the rows of its partition. Aggregate
 * functions take OVER too.
 */
public non-sealed interface WindowFunction extends Function {
  /** As {@link ScalarFunction#bind}; partitions, order and frame are the planner's business. */
  Windowing bind(FunctionCall call);
}
