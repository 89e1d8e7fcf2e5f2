package dev.sluice.operators.function;

/** A function that turns one row into none, one or several ({@code explode}). */
public non-sealed interface GeneratorFunction extends Function {
  /** As {@link ScalarFunction#bind}. */
  Generator bind(FunctionCall call);
}
