package dev.sluice.operators.function;

import dev.sluice.operators.expression.Expression;

/** A function of values of one row. One small file each; add a line to its services file. */
public non-sealed interface ScalarFunction extends Function {
  /**
   * Types the call: checks the number of arguments, casts them implicitly, gives the expression.
   * Called once a call while a query is analysed. Throws {@link AnalysisException} for a call that
   * cannot be.
   */
  Expression bind(FunctionCall call);
}
