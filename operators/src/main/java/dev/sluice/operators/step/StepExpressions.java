package dev.sluice.operators.step;

import dev.sluice.operators.sql.ExpressionCompiler;
import dev.sluice.operators.sql.SelectCompiler;

/** The SQL of steps. */
final class StepExpressions {
  private StepExpressions() {}

  static ExpressionCompiler compiler(StepContext context) {
    return new ExpressionCompiler(
        context.session(), context.functions(), context.problems(), context.origin().places());
  }

  static SelectCompiler selects(StepContext context) {
    return new SelectCompiler(
        context.session(), context.functions(), context.problems(), context.origin().places());
  }
}
