package dev.sluice.operators.step;

import dev.sluice.operators.sql.ExpressionCompiler;
import dev.sluice.operators.sql.FunctionRegistry;
import dev.sluice.operators.sql.SelectCompiler;

/** The SQL of steps. */
final class StepExpressions {
  private StepExpressions() {}

  /** Functions are looked up once a process, and only if a step has an expression. */
  private static final class Functions {
    static final FunctionRegistry ALL = FunctionRegistry.load();
  }

  static FunctionRegistry functions() {
    return Functions.ALL;
  }

  static ExpressionCompiler compiler(StepContext context) {
    return new ExpressionCompiler(context.session(), functions(), context.problems());
  }

  static SelectCompiler selects(StepContext context) {
    return new SelectCompiler(context.session(), functions(), context.problems());
  }
}
